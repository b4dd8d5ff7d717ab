import type { DemoManifest, ParameterDefinition } from '../../main/demos/manifest.ts'
import { formatCount } from '../../main/core/figures-format.ts'
import { failure, success, type Result } from '../../main/core/result.ts'
import { MAX_REPEATS, MAX_SECTIONS, type RunRequest } from '../../main/run/contract.ts'
import { engineOf } from '../../main/run/engines.ts'
import { axisField, CaseForm, TYPED } from './case-form.svelte.ts'
import { cannotRun, takesParameters } from './engine-rules.ts'
import { checkText, showNumber } from './parameters.ts'
import { isRecord, keep, readKept } from './storage.ts'

export const REPEATS: ParameterDefinition = {
  id: 'repeats',
  label: 'Repeats',
  help: 'How often the variant is timed. Three or more give an interval.',
  kind: 'integer',
  minimum: 1,
  maximum: MAX_REPEATS,
  default: 1,
  presets: [1, 3, 5, 10],
}

/** A field that does not hold: where, and the sentence that says why. */
export interface Complaint {
  /** Id of a parameter, `repeats`, or of the values of a sweep (`axisField`). */
  readonly parameter: string
  readonly message: string
}

type EngineChoice = Pick<RunRequest, 'engine' | 'twin'>

/** What the run bar says about one demo: remembered per demo, and between windows. */
export class DemoForm {
  readonly manifest: DemoManifest
  /** What runs together with the variant. */
  readonly cases: CaseForm
  #variant = $state('')
  #texts = $state<Record<string, string>>({})
  #edits = $state(0)
  readonly #repeats: ParameterDefinition
  readonly #processors: number

  /** @param processors of the machine: what sweeps over the number of lanes go up to. */
  constructor(manifest: DemoManifest, processors = 1) {
    this.manifest = manifest
    this.#processors = processors
    this.#repeats = { ...REPEATS, default: manifest.defaultRepeats }
    this.cases = new CaseForm({ manifest, processors, onchange: () => this.#changed() })
    this.#setDefaults()
    this.#restore(readKept(`demo.${manifest.id}`))
  }

  /** The demo's parameters, then the repeats. */
  get fields(): readonly ParameterDefinition[] {
    return [...this.manifest.parameters, this.#repeats]
  }
  /** Counts up with every change a person makes. */
  get edits(): number {
    return this.#edits
  }

  get variant(): DemoManifest['variants'][number] {
    const { variants } = this.manifest
    const chosen = variants.find(({ id }) => id === this.#variant) ?? variants[0]
    if (chosen === undefined) throw new Error(`${this.manifest.id} has no variants`)
    return chosen
  }

  chooseVariant(id: string): void {
    this.#variant = id
    this.#changed()
  }

  chooseSweep(id: string): void {
    const first = this.cases.chooseSweep(id)
    if (first !== undefined) this.chooseVariant(first)
  }

  /** The label of the variant it can be measured against. */
  get baselineLabel(): string | undefined {
    const { baseline } = this.variant
    return this.manifest.variants.find(({ id }) => id === baseline)?.label
  }

  get baseline(): boolean {
    return this.cases.baseline && this.baselineLabel !== undefined
  }
  set baseline(on: boolean) {
    this.cases.baseline = on
  }

  text(field: string): string {
    return this.#texts[field] ?? ''
  }

  type(field: string, text: string): void {
    this.#texts[field] = text
    this.#changed()
  }

  /** Groups the digits of a field that holds. */
  tidy(field: ParameterDefinition): void {
    const checked = this.check(field)
    if (!checked.ok) return
    this.#texts[field.id] = showNumber(checked.value)
    this.#keep()
  }

  check(field: ParameterDefinition): Result<number, string> {
    return checkText(field, this.text(field.id))
  }

  /** Where a parameter's value is typed now: its field, or that of its swept values; else undefined. */
  fieldOf(parameter: string): string | undefined {
    const axis = this.cases.axes.findIndex((each) => each.parameter === parameter)
    if (this.cases.sweep === TYPED && axis >= 0) return axisField(axis)
    return this.fields.some(({ id }) => id === parameter) ? parameter : undefined
  }

  /** Values for a run of about a second, once and without a sweep. */
  takeQuick(): void {
    this.#takeValues({ ...this.#defaults, ...this.manifest.quick, [REPEATS.id]: 1 })
    this.cases.chooseSweep('')
  }
  get isQuick(): boolean {
    return this.#says({ ...this.manifest.quick, [REPEATS.id]: 1 }) && this.cases.sweep === ''
  }

  /** Everything as when the demo was opened first. */
  takeDefaults(): void {
    this.#setDefaults()
    this.#changed()
  }
  get isDefault(): boolean {
    const { manifest } = this
    const fresh = new CaseForm({
      manifest,
      processors: this.#processors,
      onchange: () => undefined,
    })
    const first = fresh.reset(this.#defaultVariant)
    return (
      this.#variant === (first ?? manifest.defaultVariant) &&
      this.#says(this.#defaults) &&
      JSON.stringify(fresh.kept) === JSON.stringify(this.cases.kept)
    )
  }

  /** Why a sweep means nothing now; undefined: it can be run. */
  sweepObstacle(engines: EngineChoice): string | undefined {
    if (engines.twin !== undefined)
      return 'Two engines are compared at one point, not over a sweep.'
    const fixed = [this.variant, ...this.compared(engines)].find(
      (variant) => !takesParameters(variant, [engineOf(engines)]),
    )
    return (
      fixed && `${fixed.label} runs its program as it stands, without parameters: nothing to sweep.`
    )
  }

  /** What runs beside the variant: none with a twin, none that the engine cannot run. */
  compared(engines: EngineChoice): DemoManifest['variants'] {
    if (engines.twin !== undefined) return []
    return this.cases
      .comparedWith(this.variant)
      .filter((each) => cannotRun(each, engineOf(engines)) === undefined)
  }

  /** How many sections a run has; undefined while something does not hold. */
  sections(engines: EngineChoice): number | undefined {
    const request = this.#wanted(engines)
    return request.ok ? sectionsOf(request.value) : undefined
  }

  /** What to ask of the host, or the first field that does not hold. With a twin there is no baseline. */
  request(engines: EngineChoice = {}): Result<RunRequest, Complaint> {
    const request = this.#wanted(engines)
    if (!request.ok) return request
    const sections = sectionsOf(request.value)
    return sections > MAX_SECTIONS
      ? failure({
          parameter: REPEATS.id,
          message: `${formatCount(sections)} sections are more than a run has, ${MAX_SECTIONS}: choose fewer repeats, values or variants.`,
        })
      : request
  }

  #wanted(engines: EngineChoice): Result<RunRequest, Complaint> {
    const isSwept = this.sweepObstacle(engines) === undefined
    const swept = isSwept ? this.cases.swept : success([])
    if (!swept.ok) return swept
    const values: Record<string, number> = {}
    for (const field of this.fields) {
      // Its own value is not used.
      const [instead] = swept.value.find(({ parameter }) => parameter === field.id)?.values ?? []
      const checked = instead === undefined ? this.check(field) : success(instead)
      if (!checked.ok) return failure({ parameter: field.id, message: checked.failure })
      values[field.id] = checked.value
    }
    const { [REPEATS.id]: repeats = 1, ...parameters } = values
    const compared = this.compared(engines).map(({ id }) => id)
    const { baseline } = this.variant
    const isPair =
      swept.value.length === 0 && compared.every((id) => id === baseline) && compared.length > 0
    return success({
      demo: this.manifest.id,
      variant: this.variant.id,
      parameters,
      repeats,
      baseline: isPair,
      ...(compared.length > 0 && !isPair && { others: compared }),
      ...(swept.value.length > 0 && { sweep: swept.value }),
      ...engines,
    })
  }

  /** Takes over what a run was started with: after a reload the bar shows the run on screen. */
  adopt(request: RunRequest): void {
    this.#variant = request.variant
    this.cases.adopt(request)
    for (const [id, value] of Object.entries({ ...request.parameters, repeats: request.repeats }))
      this.#texts[id] = showNumber(value)
  }

  get #defaults(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.fields.map((field) => [field.id, field.default]))
  }
  get #defaultVariant(): DemoManifest['variants'][number] {
    const { variants, defaultVariant } = this.manifest
    return variants.find(({ id }) => id === defaultVariant) ?? this.variant
  }

  #setDefaults(): void {
    this.#variant = this.manifest.defaultVariant
    this.#variant = this.cases.reset(this.#defaultVariant) ?? this.#variant
    for (const field of this.fields) this.#texts[field.id] = showNumber(field.default)
  }

  #takeValues(values: Readonly<Record<string, number>>): void {
    for (const [id, value] of Object.entries(values)) this.#texts[id] = showNumber(value)
    this.#changed()
  }

  /** The fields hold these values. */
  #says(values: Readonly<Record<string, number>>): boolean {
    return this.fields.every((field) => {
      const checked = this.check(field)
      return checked.ok && checked.value === (values[field.id] ?? field.default)
    })
  }

  #restore(kept: unknown): void {
    if (!isRecord(kept)) return
    const { variant, texts } = kept
    if (this.manifest.variants.some(({ id }) => id === variant)) this.#variant = String(variant)
    this.cases.restore(kept)
    if (!isRecord(texts)) return
    for (const field of this.fields) {
      const text = texts[field.id]
      if (typeof text === 'string' && checkText(field, text).ok) this.#texts[field.id] = text
    }
  }

  #changed(): void {
    this.#edits += 1
    this.#keep()
  }

  #keep(): void {
    keep(`demo.${this.manifest.id}`, {
      variant: this.#variant,
      texts: $state.snapshot(this.#texts),
      ...this.cases.kept,
    })
  }
}

/** Cases by repeats. */
function sectionsOf({ repeats, baseline, twin, others = [], sweep = [] }: RunRequest): number {
  const variants = 1 + others.length + (baseline || twin !== undefined ? 1 : 0)
  return sweep.reduce((all, { values }) => all * values.length, variants * repeats)
}
