import { SvelteMap } from 'svelte/reactivity'
import { disposable, Disposables, type Disposable } from '../../main/core/disposables.ts'
import { success, type Refusal, type Result } from '../../main/core/result.ts'
import {
  isOver,
  SCRIPT_DEMO,
  type Catalogue,
  type Engine,
  type RunInfo,
  type RunRequest,
} from '../../main/run/contract.ts'
import { engineOf } from '../../main/run/engines.ts'
import type { DemoManifest, VariantDefinition } from '../../main/demos/manifest.ts'
import type { ExportedFile, Host } from '../hosts/host.ts'
import { Comparison } from './comparison.svelte.ts'
import { DemoForm, type Complaint } from './demo-form.svelte.ts'
import { DemoRun } from './demo-run.svelte.ts'
import { Engines } from './engines.svelte.ts'
import { Glossary } from './glossary.svelte.ts'
import { Predictions } from './predictions.svelte.ts'
import { Recordings } from './recordings.svelte.ts'
import { OwnDemos } from './own-demos.svelte.ts'
import { manifestOf } from './recorded-demo.ts'
import { Results } from './results.svelte.ts'
import { SCRIPT_MANIFEST } from './script-demo.ts'
import { ScriptForm } from './script-form.svelte.ts'
import { Settings } from './settings.svelte.ts'

/** An inline message: what happened, what was kept, what to do. */
export interface Notice {
  readonly tone: 'good' | 'danger'
  readonly title: string
  readonly text: string
}

/** Milliseconds that a message stays which asks for nothing. */
const CONFIRMED_FOR = 6_000

/** Milliseconds before each attempt to reach a run again. */
const RECOVERY = [200, 600, 1_500] as const

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Everything the window knows: the catalogue, what is selected, and the runs. */
export class Session implements Disposable {
  readonly host: Host
  readonly settings = new Settings()
  readonly results = new Results()
  readonly glossary = new Glossary()
  readonly predictions = new Predictions()
  readonly recordings: Recordings
  readonly comparison: Comparison
  readonly engines: Engines
  readonly own: OwnDemos
  readonly script: ScriptForm
  #catalogue = $state.raw<Catalogue>()
  #selected = $state<string>()
  #isRecordingShown = $state(false)
  #isScriptEdited = $state(false)
  #notice = $state.raw<Notice>()
  /** With what the form had come to when it was made. */
  #complaint = $state.raw<Complaint & { readonly edits: number }>()
  #isStarting = $state(false)
  readonly #forms = new Map<string, DemoForm>()
  /** The newest run of each demo. */
  readonly #runs = new SvelteMap<string, DemoRun>()
  readonly #owned = new Disposables()
  readonly #recovery: readonly number[]

  constructor(host: Host, recovery: readonly number[] = RECOVERY) {
    this.host = host
    this.#recovery = recovery
    this.engines = new Engines(host)
    this.own = new OwnDemos(host)
    this.script = new ScriptForm(host)
    this.recordings = new Recordings(host, {
      connect: (run) => this.#follow(run),
      say: (notice) => this.say(notice),
    })
    this.comparison = new Comparison(host, {
      connect: (run) => this.#follow(run),
      say: (notice) => this.say(notice),
      held: (path) =>
        [this.recordings.opened, ...this.#runs.values()].find(
          (run) => run?.client !== undefined && run.status.recording?.path === path,
        ),
    })
    this.#owned.add(this.comparison)
    this.#owned.add(disposable(() => this.recordings.forget()))
    this.#owned.add(disposable(() => this.#runs.forEach((run) => run.dispose())))
  }

  /** Reads the catalogue, and finds the run that was on screen before a reload. */
  async open(): Promise<void> {
    try {
      this.#catalogue = await this.host.catalogue()
      this.script.isWindows = this.#catalogue.environment.platform.startsWith('win')
      void this.recordings.refresh()
      void this.engines.load()
      void this.own.look()
      const [newest] = await this.host.runs()
      if (newest !== undefined) await this.#find(newest)
      this.#owned.add(this.host.onOpened((opened) => void this.#showOpened(opened)))
    } catch (error) {
      this.#notice = {
        tone: 'danger',
        title: 'The demos cannot be loaded.',
        text: `${words(error)} Nothing was started.`,
      }
    }
  }

  get catalogue(): Catalogue | undefined {
    return this.#catalogue
  }
  get demos(): readonly DemoManifest[] {
    return [...(this.#catalogue?.demos ?? []), ...this.own.demos]
  }
  /** What is on screen; undefined: the welcome page. Of a recording the demo that was recorded. */
  get demo(): DemoManifest | undefined {
    const { recording } = this
    if (recording !== undefined) return manifestOf(this.demos, recording.request)
    return this.#manifestOf(this.#selected)
  }
  /** The user's own script is on screen, not a demo. */
  get isScript(): boolean {
    return this.recording === undefined && this.#selected === SCRIPT_DEMO
  }
  /** Its form is on screen, in place of its run. */
  get isScriptEdited(): boolean {
    return this.isScript && (this.#isScriptEdited || this.run === undefined)
  }
  /** Of the selected demo; a recording has none. */
  get form(): DemoForm | undefined {
    return this.recording === undefined ? this.demo && this.#formOf(this.demo) : undefined
  }
  /** Whose texts are shown: what is chosen to be run, or was recorded. */
  get listed(): {
    readonly variant: VariantDefinition | undefined
    readonly engines: readonly Engine[]
  } {
    const { demo, form, recording } = this
    const variant =
      form?.variant ?? demo?.variants.find(({ id }) => id === recording?.request.variant)
    const engine = recording
      ? engineOf(recording.request)
      : variant && this.engines.engineFor(variant)
    const twin = recording ? recording.request.twin : variant && this.engines.twinFor(variant)
    return { variant, engines: [engine, twin].filter((each) => each !== undefined) }
  }
  /** The recording on screen. */
  get recording(): DemoRun | undefined {
    return this.#isRecordingShown ? this.recordings.opened : undefined
  }
  /** The recording on screen, or the newest run of the selected demo. */
  get run(): DemoRun | undefined {
    if (this.recording !== undefined) return this.recording
    return this.#selected === undefined ? undefined : this.#runs.get(this.#selected)
  }
  /** The run that goes on, of whichever demo: there is at most one. */
  get active(): DemoRun | undefined {
    return [...this.#runs.values()].find((run) => !run.isOver)
  }
  get notice(): Notice | undefined {
    return this.#notice
  }
  /** About the form as it is: gone as soon as something in it is changed. */
  get complaint(): Complaint | undefined {
    const complaint = this.#complaint
    return complaint?.edits === this.form?.edits ? complaint : undefined
  }
  get isStarting(): boolean {
    return this.#isStarting
  }
  get canRun(): boolean {
    if (this.active !== undefined || this.#isStarting) return false
    return this.recording === undefined ? this.demo !== undefined : this.canRunAgain
  }
  /** What was recorded is a demo that there is here. */
  get canRunAgain(): boolean {
    return this.#manifestOf(this.recording?.request.demo) !== undefined
  }
  /** The run, or the reading of a recording. */
  get canStop(): boolean {
    if (this.recordings.isReading) return true
    return this.active !== undefined && this.active.status.state !== 'stopping'
  }

  runOf(demo: string): DemoRun | undefined {
    return this.#runs.get(demo)
  }

  select(demo: string | undefined): void {
    this.#selected = demo
    this.#isRecordingShown = false
    this.comparison.hide()
    const chapter = this.#manifestOf(demo)?.chapter
    if (chapter !== undefined) this.settings.openChapter(chapter)
    this.dismiss()
  }

  /** Shows the form for a script of the user's own; where there is a dialog, it asks for one at once. */
  async openScript(): Promise<void> {
    this.select(SCRIPT_DEMO)
    this.#isScriptEdited = true
    if (this.catalogue?.scripts === 'dialog') await this.script.examine()
  }

  /** The form of the script that ran, to run it otherwise. */
  editScript(): void {
    this.#isScriptEdited = true
  }

  /** Back from the form to its run. */
  closeScriptForm(): void {
    this.#isScriptEdited = false
  }

  /** One of the list, a file that was dropped, or, absent, one that is chosen now. */
  async openRecording(from?: string | File): Promise<void> {
    this.dismiss()
    if (await this.recordings.open(from)) this.showRecording()
  }

  /** The one that is open. */
  showRecording(): void {
    this.#isRecordingShown = this.recordings.opened !== undefined
    this.comparison.hide()
    this.settings.suggest('verdict')
    this.dismiss()
  }

  /** The run in view beside what it can be compared with; or back to it. */
  compare(): void {
    this.dismiss()
    if (this.comparison.isShown) this.comparison.hide()
    else void this.comparison.open(this.run)
  }

  /** One of the list beside what is compared, or beside the run in view. */
  async compareWith(path: string): Promise<void> {
    this.dismiss()
    await this.comparison.addRecording(path, this.run)
  }

  closeRecording(): void {
    if (this.recordings.isReading) void this.stop()
    this.recordings.forget()
    this.#isRecordingShown = false
  }

  say(notice: Notice): void {
    this.#notice = notice
  }

  dismiss(): void {
    this.#notice = undefined
    this.#complaint = undefined
  }

  /** Starts the selected demo as its form says; a field that does not hold is named instead. */
  async start(): Promise<void> {
    if (this.recording !== undefined) this.#prepareAgain(this.recording.request)
    const { form } = this
    if (form === undefined || !this.canRun) return
    this.dismiss()
    const request = form.request(this.engines.requestOf(form.variant))
    if (!request.ok) {
      this.#complain(form, request.failure)
      return
    }
    const obstacle = this.engines.obstacleOf(form.variant)
    if (obstacle !== undefined) {
      this.#notice = { tone: 'danger', title: obstacle.message, text: obstacle.remedy }
      return
    }
    this.#isStarting = true
    try {
      const script = this.isScript ? await this.script.prepare() : undefined
      if (this.isScript && script === undefined) {
        this.#isScriptEdited = true
        return
      }
      const started = await this.host.start({ ...request.value, ...(script && { script }) })
      if (started.ok) {
        this.#isScriptEdited = false
        await this.#show(started.value)
      } else if (script) {
        this.#isScriptEdited = true
        this.script.refuse(started.failure)
      } else this.#refuse(form, started.failure)
    } catch (error) {
      this.#notice = {
        tone: 'danger',
        title: `${form.manifest.title} could not be started.`,
        text: `${words(error)} Earlier results are kept. Try again, or start Interleave again.`,
      }
    } finally {
      this.#isStarting = false
    }
  }

  #complain(form: DemoForm, complaint: Complaint): void {
    this.#complaint = { ...complaint, edits: form.edits }
  }

  /** At the field it is about, where it is about one; else above everything. */
  #refuse(form: DemoForm, { message, remedy, parameter }: Refusal): void {
    const field = parameter === undefined ? undefined : form.fieldOf(parameter)
    if (field !== undefined)
      return this.#complain(form, { parameter: field, message: `${message} ${remedy}` })
    this.#notice = { tone: 'danger', title: message, text: `Nothing was started. ${remedy}` }
  }

  async stop(): Promise<void> {
    const reading = this.recordings.isReading ? this.recordings.opened : undefined
    const run = this.active ?? reading
    if (run === undefined) return
    if (run !== reading) run.setStatus({ ...run.status, state: 'stopping' })
    try {
      await this.host.stop(run.id)
    } catch (error) {
      this.#notice = {
        tone: 'danger',
        title: 'The run could not be stopped from here.',
        text: `${words(error)} Closing Interleave ends every run.`,
      }
    }
  }

  /** Hands a file to the host's save dialog or download, and says what became of it. */
  async save(file: ExportedFile): Promise<void> {
    try {
      const saved = await this.host.save(file)
      if (saved.outcome === 'saved') this.#confirm(file, saved.where)
      if (saved.outcome === 'failed') this.#notSaved(file, saved.message)
    } catch (error) {
      this.#notSaved(file, words(error))
    }
  }

  dispose(): void {
    this.#owned.dispose()
  }

  /** Says that it worked, and goes away by itself. */
  #confirm(file: ExportedFile, where: string): void {
    const title = where.endsWith(file.name) ? 'Saved' : `Saved ${file.name}`
    const notice: Notice = { tone: 'good', title, text: where }
    this.#notice = notice
    const timer = setTimeout(() => {
      if (this.#notice === notice) this.#notice = undefined
    }, CONFIRMED_FOR)
    this.#owned.add(disposable(() => clearTimeout(timer)))
  }

  #notSaved(file: ExportedFile, why: string): void {
    this.#notice = {
      tone: 'danger',
      title: `${file.name} was not saved.`,
      text: `${why} The run itself is untouched; export again to another folder.`,
    }
  }

  #manifestOf(demo: string | undefined): DemoManifest | undefined {
    return demo === SCRIPT_DEMO ? SCRIPT_MANIFEST : this.demos.find(({ id }) => id === demo)
  }

  #formOf(manifest: DemoManifest): DemoForm {
    const known = this.#forms.get(manifest.id)
    // One of the user's own changes with its file.
    const form =
      known?.manifest === manifest
        ? known
        : new DemoForm(manifest, this.#catalogue?.environment.processors)
    this.#forms.set(manifest.id, form)
    return form
  }

  /** What a run was started with, in the form that starts it. @returns its demo, if there is one here. */
  #adopt(request: RunRequest): DemoManifest | undefined {
    const manifest = this.#manifestOf(request.demo)
    if (manifest === undefined) return undefined
    this.#formOf(manifest).adopt(request)
    this.engines.adopt(request)
    if (request.script) this.script.adopt(request.script)
    return manifest
  }

  /** The form says what was recorded, as far as it fits. */
  #prepareAgain(request: RunRequest): void {
    const manifest = this.#adopt(request)
    if (manifest) this.select(manifest.id)
  }

  async #showOpened(opened: Result<RunInfo, Refusal>): Promise<void> {
    if (await this.recordings.take(opened)) this.showRecording()
  }

  async #find(info: RunInfo): Promise<void> {
    if (info.status.recording?.opened) return this.#showOpened(success(info))
    const manifest = this.#adopt(info.status.request)
    if (manifest === undefined) return
    this.#selected = manifest.id
    await this.#show(info)
  }

  async #show(info: RunInfo): Promise<void> {
    const { demo } = info.status.request
    this.comparison.hide()
    this.#runs.get(demo)?.dispose()
    const run = new DemoRun(info)
    this.#owned.add(
      run.onOver.on((summary) => {
        if (summary === undefined) return
        this.results.add(summary)
        this.settings.suggest('verdict')
      }),
    )
    this.#owned.add(run.onOver.on(() => void this.recordings.refresh()))
    this.#runs.set(demo, run)
    this.settings.suggest('lanes')
    await this.#follow(run)
  }

  async #follow(run: DemoRun): Promise<void> {
    this.#owned.add(run.onLost.on(() => void this.#recover(run)))
    await this.#connect(run)
  }

  async #connect(run: DemoRun): Promise<void> {
    try {
      run.attach(await this.host.attach(run.id))
    } catch {
      await this.#recover(run)
    }
  }

  /** The port closed: the run's process died (then the host knows how), or only the connection. */
  async #recover(run: DemoRun): Promise<void> {
    for (const delay of this.#recovery) {
      await wait(delay)
      if (run.isOver || this.#owned.isDisposed) return
      try {
        const known = await Promise.all([this.host.runs(), this.host.guests()])
        const info = known.flat().find(({ id }) => id === run.id)
        if (info === undefined) break
        if (isOver(info.status.state)) return run.setStatus(info.status)
        return run.attach(await this.host.attach(run.id))
      } catch {
        // The host does not answer yet; the next attempt comes later.
      }
    }
    run.lose()
  }
}
