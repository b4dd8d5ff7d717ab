import type { DemoManifest, VariantDefinition } from '../../main/demos/manifest.ts'
import type { CPythonEngine, Engine, Interpreter, RunRequest } from '../../main/run/contract.ts'
import { engineLabel } from '../../main/run/engines.ts'
import type { Host } from '../hosts/host.ts'
import {
  areDifferent,
  cannotRun,
  fitting,
  isUsable,
  NODE,
  NONE_FOUND,
  readEngine,
  variantFor,
} from './engine-rules.ts'
import { isRecord, keep, readKept } from './storage.ts'

const KEY = 'engines'

/** What went wrong while looking for interpreters or adding one. */
export interface EngineComplaint {
  readonly message: string
  readonly remedy: string
}

/** How an interpreter is started; undefined: as it does by itself. */
export type EngineChange = {
  readonly [Key in 'startMethod' | 'gil']?: CPythonEngine[Key] | undefined
}

function changed(engine: Engine, change: EngineChange): Engine {
  if (engine.kind === 'node') return engine
  const { path, startMethod, gil } = {
    startMethod: undefined,
    gil: undefined,
    ...engine,
    ...change,
  }
  return {
    kind: 'cpython',
    path,
    ...(startMethod !== undefined && { startMethod }),
    ...(gil !== undefined && { gil }),
  }
}

const thrown = (error: unknown): EngineComplaint => ({
  message: error instanceof Error ? error.message : String(error),
  remedy: 'Try again.',
})

/** The engines that there are, and which of them is to run what; remembered between windows. */
export class Engines {
  readonly #host: Host
  #interpreters = $state.raw<readonly Interpreter[]>()
  #isLooking = $state(false)
  #isAdding = $state(false)
  #complaint = $state.raw<EngineComplaint>()
  #preferred = $state.raw<Engine>(NODE)
  #twin = $state.raw<Engine>()

  constructor(host: Host) {
    this.#host = host
    const kept = readKept(KEY)
    if (!isRecord(kept)) return
    this.#preferred = readEngine(kept['engine']) ?? NODE
    this.#twin = readEngine(kept['twin'])
  }

  /** Those that were found, newest first. */
  get interpreters(): readonly Interpreter[] {
    return this.#interpreters ?? []
  }
  /** It was looked for them, whatever was found. */
  get areKnown(): boolean {
    return this.#interpreters !== undefined
  }
  get isLooking(): boolean {
    return this.#isLooking
  }
  /** One is on its way into the list. */
  get isAdding(): boolean {
    return this.#isAdding
  }
  get complaint(): EngineComplaint | undefined {
    return this.#complaint
  }
  /** There is none that anything can be run with. */
  get hasNone(): boolean {
    return this.areKnown && !this.interpreters.some(isUsable)
  }

  /** What runs this variant: what was chosen, else the first that can. */
  engineFor(variant: VariantDefinition): Engine {
    const preferred = this.#known(this.#preferred)
    if (preferred !== undefined && cannotRun(variant, preferred) === undefined) return preferred
    return cannotRun(variant, NODE) === undefined ? NODE : (this.#firstCPython ?? this.#preferred)
  }

  /** What it is to be compared with, also where that is the same engine twice. */
  wantedTwin(variant: VariantDefinition): Engine | undefined {
    const twin = this.#twin && this.#known(this.#twin)
    return twin && cannotRun(variant, twin) === undefined ? twin : undefined
  }

  /** What it is compared with, where that can be done. */
  twinFor(variant: VariantDefinition): Engine | undefined {
    const twin = this.wantedTwin(variant)
    return twin && areDifferent(this.engineFor(variant), twin) ? twin : undefined
  }

  /** Why this variant cannot be started now, and what to do about it; undefined: it can. */
  obstacleOf(variant: VariantDefinition): EngineComplaint | undefined {
    const engine = this.engineFor(variant)
    if (cannotRun(variant, engine) === undefined && this.#known(engine)) return undefined
    if (!this.areKnown)
      return {
        message: 'Interpreters are still being looked for.',
        remedy: 'Try again in a moment.',
      }
    return { message: 'This runs under CPython, and none was found.', remedy: NONE_FOUND }
  }

  /** What a request says of its engines. Nothing: Node, alone. */
  requestOf(variant: VariantDefinition): Pick<RunRequest, 'engine' | 'twin'> {
    const engine = this.engineFor(variant)
    const twin = this.twinFor(variant)
    return {
      ...((engine.kind !== 'node' || twin !== undefined) && { engine }),
      ...(twin !== undefined && { twin }),
    }
  }

  interpreterOf(engine: Engine): Interpreter | undefined {
    return engine.kind === 'node'
      ? undefined
      : this.interpreters.find(({ path }) => path === engine.path)
  }

  labelOf(engine: Engine): string {
    return engineLabel(engine, this.interpreters)
  }

  /**
   * Prefers an engine; what was chosen of the one before stays as far as it fits.
   * @returns the variant that it runs of this demo, which is another where it cannot run the chosen
   * one; undefined: it runs none, and nothing has changed
   */
  choose(
    engine: Engine,
    manifest: DemoManifest,
    variant: VariantDefinition,
  ): VariantDefinition | undefined {
    const runs = variantFor(manifest, variant, engine)
    if (runs === undefined) return undefined
    const before = this.engineFor(variant)
    this.#preferred = before.kind === engine.kind ? { ...before, ...engine } : engine
    this.#keep()
    return runs
  }

  /** Changes how what runs this variant is started; undefined: as it does by itself. */
  change(variant: VariantDefinition, change: EngineChange): void {
    this.#preferred = changed(this.engineFor(variant), change)
    this.#keep()
  }

  /** The same of what it is compared with. */
  changeTwin(change: EngineChange): void {
    if (this.#twin) this.compareWith(changed(this.#twin, change))
  }

  compareWith(twin: Engine | undefined): void {
    this.#twin = twin
    this.#keep()
  }

  /** Takes over what a run was started with: after a reload the bar shows the run on screen. */
  adopt({ engine, twin }: Pick<RunRequest, 'engine' | 'twin'>): void {
    this.#preferred = engine ?? NODE
    this.#twin = twin
  }

  async load(): Promise<void> {
    await this.#look({})
  }

  /** Looks for interpreters again. */
  async rescan(): Promise<void> {
    await this.#look({ rescan: true })
  }

  /** One by its path, or, absent, one that is chosen in a dialog. @returns it, once it is listed. */
  async add(path?: string): Promise<Interpreter | undefined> {
    this.#complaint = undefined
    this.#isAdding = true
    try {
      const added = await this.#host.addInterpreter(path)
      if (added === undefined) return undefined
      if (!added.ok) {
        this.#complaint = added.failure
        return undefined
      }
      this.#interpreters = await this.#host.interpreters()
      return added.value
    } catch (error) {
      this.#complaint = thrown(error)
      return undefined
    } finally {
      this.#isAdding = false
    }
  }

  forgetComplaint(): void {
    this.#complaint = undefined
  }

  async #look(options: { readonly rescan?: boolean }): Promise<void> {
    if (this.#isLooking) return
    this.#complaint = undefined
    this.#isLooking = true
    try {
      this.#interpreters = await this.#host.interpreters(options)
    } catch (error) {
      this.#complaint = thrown(error)
      this.#interpreters ??= []
    } finally {
      this.#isLooking = false
    }
  }

  /** As its interpreter still allows it; undefined: it is gone, or cannot be used. */
  #known(engine: Engine): Engine | undefined {
    // Until they are known, what was chosen stands.
    if (engine.kind === 'node' || !this.areKnown) return engine
    const interpreter = this.interpreterOf(engine)
    return interpreter && isUsable(interpreter) ? fitting(engine, interpreter) : undefined
  }

  get #firstCPython(): Engine | undefined {
    const first = this.interpreters.find(isUsable)
    return first && { kind: 'cpython', path: first.path }
  }

  #keep(): void {
    keep(KEY, { engine: this.#preferred, ...(this.#twin && { twin: this.#twin }) })
  }
}
