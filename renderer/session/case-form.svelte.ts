/** What is run together with a variant: others to compare it with, and values of a sweep. */
import type { DemoManifest, SweepDefinition, VariantDefinition } from '../../main/demos/manifest.ts'
import { resolveSweep } from '../../main/demos/sweeps.ts'
import { failure, success, type Result } from '../../main/core/result.ts'
import type { RunRequest, SweepAxis } from '../../main/run/contract.ts'
import type { Complaint } from './demo-form.svelte.ts'
import { isRecord } from './storage.ts'
import { parseValues, showValues, suggestValues } from './sweep-values.ts'

/** A parameter and its values as they are typed. */
export interface TypedAxis {
  readonly parameter: string
  readonly text: string
}

/** Not a sweep of the manifest: the values are typed. */
export const TYPED = 'typed'
export const MOST_AXES = 2
/** What a complaint names when it is about the values of a sweep. */
export const axisField = (index: number): string => `sweep ${index}`

export interface CaseFormOptions {
  readonly manifest: DemoManifest
  readonly processors: number
  /** Something was chosen. */
  readonly onchange: () => void
}

export class CaseForm {
  #baseline = $state(false)
  #others = $state.raw<readonly string[]>([])
  /** '': no sweep; TYPED; else the id of a sweep of the manifest. */
  #sweep = $state('')
  #axes = $state.raw<readonly TypedAxis[]>([])
  readonly #manifest: DemoManifest
  readonly #processors: number
  readonly #onchange: () => void

  constructor({ manifest, processors, onchange }: CaseFormOptions) {
    this.#manifest = manifest
    this.#processors = processors
    this.#onchange = onchange
  }

  /** As a demo is opened first. @returns the variant that its sweep begins with, if it names one */
  reset({ baseline }: VariantDefinition): string | undefined {
    this.#baseline = baseline !== undefined
    this.#others = []
    this.#axes = []
    return this.#take(this.#manifest.defaultSweep ?? '')
  }

  /** The variants that run besides the chosen one, in the manifest's order. */
  comparedWith(chosen: VariantDefinition): readonly VariantDefinition[] {
    return this.#manifest.variants.filter(
      ({ id }) =>
        id !== chosen.id &&
        (this.#others.includes(id) || (this.#baseline && id === chosen.baseline)),
    )
  }

  compare(chosen: VariantDefinition, id: string, on: boolean): void {
    if (id === chosen.baseline) this.#baseline = on
    this.#others = this.#others.filter((each) => each !== id)
    if (on && id !== chosen.baseline) this.#others = [...this.#others, id]
    this.#onchange()
  }

  get baseline(): boolean {
    return this.#baseline
  }
  set baseline(on: boolean) {
    this.#baseline = on
    this.#onchange()
  }

  get sweep(): string {
    return this.#sweep
  }
  /** The sweeps of the manifest that have values on this machine. */
  get sweeps(): readonly SweepDefinition[] {
    return (this.#manifest.sweeps ?? []).filter((sweep) =>
      this.axesOf(sweep).every(({ values }) => values.length > 1),
    )
  }
  axesOf(sweep: SweepDefinition): readonly SweepAxis[] {
    return resolveSweep(sweep, this.#manifest.parameters, this.#processors)
  }

  /** @returns the variant that it begins with, if it names one */
  chooseSweep(sweep: string): string | undefined {
    const first = this.#take(sweep)
    this.#onchange()
    return first
  }

  /** The parameters whose values are typed. */
  get axes(): readonly TypedAxis[] {
    return this.#axes
  }
  typeValues(index: number, text: string): void {
    this.#axes = this.#axes.map((axis, nth) => (nth === index ? { ...axis, text } : axis))
    this.#onchange()
  }
  /** Another parameter on this axis, with values worth trying. */
  chooseParameter(index: number, parameter: string): void {
    const axis = this.#suggested(parameter)
    if (axis) this.#axes = this.#axes.map((each, nth) => (nth === index ? axis : each))
    this.#onchange()
  }
  addAxis(): void {
    const taken = this.#axes.map(({ parameter }) => parameter)
    const next = this.#manifest.parameters.find(({ id }) => !taken.includes(id))
    const axis = next && this.#suggested(next.id)
    if (axis && this.#axes.length < MOST_AXES) this.#axes = [...this.#axes, axis]
    this.#onchange()
  }
  removeAxis(index: number): void {
    this.#axes = this.#axes.filter((_, nth) => nth !== index)
    if (this.#axes.length === 0) this.#sweep = ''
    this.#onchange()
  }
  /** Sweeps this parameter and no other, with values worth trying. */
  sweepParameter(parameter: string): void {
    const axis = this.#suggested(parameter)
    if (!axis) return
    this.#sweep = TYPED
    this.#axes = [axis]
    this.#onchange()
  }

  /** The values of the sweep that is chosen (none: no axis), or what does not hold of them. */
  get swept(): Result<readonly SweepAxis[], Complaint> {
    const named = this.sweeps.find(({ id }) => id === this.#sweep)
    if (named) return success(this.axesOf(named))
    if (this.#sweep !== TYPED) return success([])
    const axes: SweepAxis[] = []
    for (const [index, axis] of this.#axes.entries()) {
      const checked = this.checkAxis(axis)
      if (!checked.ok) return failure({ parameter: axisField(index), message: checked.failure })
      axes.push({ parameter: axis.parameter, values: checked.value })
    }
    return success(axes)
  }
  checkAxis({ parameter, text }: TypedAxis): Result<readonly number[], string> {
    const definition = this.#manifest.parameters.find(({ id }) => id === parameter)
    return definition ? parseValues(definition, text) : failure('There is no such parameter.')
  }

  /** Takes over what a run was started with. */
  adopt({ variant, baseline, others = [], sweep = [] }: RunRequest): void {
    const definition = this.#manifest.variants.find(({ id }) => id === variant)
    const own = definition?.baseline
    this.#baseline = baseline || (own !== undefined && others.includes(own))
    this.#others = others.filter((id) => id !== own)
    const named = this.sweeps.find((each) => isSame(this.axesOf(each), sweep))
    this.#sweep = sweep.length === 0 ? '' : (named?.id ?? TYPED)
    this.#axes = named
      ? []
      : sweep.map(({ parameter, values }) => {
          const { kind = 'number' } =
            this.#manifest.parameters.find(({ id }) => id === parameter) ?? {}
          return { parameter, text: showValues(values, kind) }
        })
  }

  get kept(): object {
    return {
      baseline: this.#baseline,
      others: this.#others,
      sweep: this.#sweep,
      axes: this.#axes,
    }
  }

  /** @param kept anything: what storage holds */
  restore(kept: Record<string, unknown>): void {
    const { baseline, others, sweep, axes } = kept
    if (typeof baseline === 'boolean') this.#baseline = baseline
    if (Array.isArray(others))
      this.#others = this.#manifest.variants.map(({ id }) => id).filter((id) => others.includes(id))
    if (sweep === '' || sweep === TYPED || this.sweeps.some(({ id }) => id === sweep))
      this.#sweep = String(sweep)
    if (Array.isArray(axes))
      this.#axes = axes.slice(0, MOST_AXES).filter((axis): axis is TypedAxis => this.#isAxis(axis))
    if (this.#sweep === TYPED && this.#axes.length === 0) this.#sweep = ''
  }

  #isAxis(kept: unknown): kept is TypedAxis {
    if (!isRecord(kept) || typeof kept['text'] !== 'string') return false
    const axis = { parameter: String(kept['parameter']), text: kept['text'] }
    return this.checkAxis(axis).ok
  }

  #take(sweep: string): string | undefined {
    this.#sweep = sweep
    if (sweep === TYPED && this.#axes.length === 0) {
      const [first] = this.#manifest.parameters
      const axis = first && this.#suggested(first.id)
      this.#axes = axis ? [axis] : []
      if (!axis) this.#sweep = ''
    }
    const [variant, ...others] = this.sweeps.find(({ id }) => id === sweep)?.variants ?? []
    if (variant !== undefined) {
      this.#others = others
      this.#baseline = false
    }
    return variant
  }

  #suggested(parameter: string): TypedAxis | undefined {
    const definition = this.#manifest.parameters.find(({ id }) => id === parameter)
    return definition && { parameter, text: suggestValues(definition) }
  }
}

const isSame = (left: readonly SweepAxis[], right: readonly SweepAxis[]): boolean =>
  left.length === right.length &&
  left.every(
    ({ parameter, values }, index) =>
      parameter === right[index]?.parameter && values.join() === right[index].values.join(),
  )
