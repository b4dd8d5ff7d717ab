import type { DemoManifest, ParameterDefinition } from '../../main/demos/manifest.ts'
import { MAX_REPEATS, type RunRequest } from '../../main/run/contract.ts'
import { failure, success, type Result } from '../../main/core/result.ts'
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
  readonly parameter: string
  readonly message: string
}

/** What the run bar says about one demo: remembered per demo, and between windows. */
export class DemoForm {
  readonly manifest: DemoManifest
  #variant = $state('')
  #baseline = $state(false)
  #texts = $state<Record<string, string>>({})
  readonly #repeats: ParameterDefinition

  constructor(manifest: DemoManifest) {
    this.manifest = manifest
    this.#repeats = { ...REPEATS, default: manifest.defaultRepeats }
    this.#variant = manifest.defaultVariant
    this.#baseline = this.variant.baseline !== undefined
    for (const field of this.fields) this.#texts[field.id] = showNumber(field.default)
    this.#restore(readKept(`demo.${manifest.id}`))
  }

  /** The demo's parameters, then the repeats. */
  get fields(): readonly ParameterDefinition[] {
    return [...this.manifest.parameters, this.#repeats]
  }

  get variant(): DemoManifest['variants'][number] {
    const { variants } = this.manifest
    const chosen = variants.find(({ id }) => id === this.#variant) ?? variants[0]
    if (chosen === undefined) throw new Error(`${this.manifest.id} has no variants`)
    return chosen
  }

  chooseVariant(id: string): void {
    this.#variant = id
    this.#keep()
  }

  /** The label of the variant it can be measured against. */
  get baselineLabel(): string | undefined {
    const { baseline } = this.variant
    return this.manifest.variants.find(({ id }) => id === baseline)?.label
  }

  get baseline(): boolean {
    return this.#baseline && this.baselineLabel !== undefined
  }
  set baseline(on: boolean) {
    this.#baseline = on
    this.#keep()
  }

  text(field: string): string {
    return this.#texts[field] ?? ''
  }

  type(field: string, text: string): void {
    this.#texts[field] = text
    this.#keep()
  }

  /** Groups the digits of a field that holds. */
  tidy(field: ParameterDefinition): void {
    const checked = this.check(field)
    if (checked.ok) this.type(field.id, showNumber(checked.value))
  }

  check(field: ParameterDefinition): Result<number, string> {
    return checkText(field, this.text(field.id))
  }

  /** What to ask of the host, or the first field that does not hold. With a twin there is no baseline. */
  request(engines: Pick<RunRequest, 'engine' | 'twin'> = {}): Result<RunRequest, Complaint> {
    const values: Record<string, number> = {}
    for (const field of this.fields) {
      const checked = this.check(field)
      if (!checked.ok) return failure({ parameter: field.id, message: checked.failure })
      values[field.id] = checked.value
    }
    const { [REPEATS.id]: repeats = 1, ...parameters } = values
    return success({
      demo: this.manifest.id,
      variant: this.variant.id,
      parameters,
      repeats,
      baseline: this.baseline && engines.twin === undefined,
      ...engines,
    })
  }

  /** Takes over what a run was started with: after a reload the bar shows the run on screen. */
  adopt(request: RunRequest): void {
    this.#variant = request.variant
    this.#baseline = request.baseline
    for (const [id, value] of Object.entries({ ...request.parameters, repeats: request.repeats }))
      this.#texts[id] = showNumber(value)
  }

  #restore(kept: unknown): void {
    if (!isRecord(kept)) return
    const { variant, baseline, texts } = kept
    if (this.manifest.variants.some(({ id }) => id === variant)) this.#variant = String(variant)
    if (typeof baseline === 'boolean') this.#baseline = baseline
    if (!isRecord(texts)) return
    for (const field of this.fields) {
      const text = texts[field.id]
      if (typeof text === 'string' && checkText(field, text).ok) this.#texts[field.id] = text
    }
  }

  #keep(): void {
    keep(`demo.${this.manifest.id}`, {
      variant: this.#variant,
      baseline: this.#baseline,
      texts: $state.snapshot(this.#texts),
    })
  }
}
