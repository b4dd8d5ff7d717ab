/**
 * What a demo is: data plus programs. A demo is one folder: manifest.ts (this shape), program.ts
 * (what runs, and what the Source tab shows), program.py (the note's text, verbatim), twin.py (the
 * same with the form's parameters) and verdict.ts.
 */

/** A parameter of a demo. Times are in the unit named by `unit`; counts have none. */
export interface ParameterDefinition {
  readonly id: string
  readonly label: string
  /** What it does, in one sentence. */
  readonly help: string
  readonly kind: 'integer' | 'number'
  readonly unit?: 's' | 'ms' | 'µs'
  readonly minimum: number
  readonly maximum: number
  readonly default: number
  /** Values worth trying, offered beside the field. */
  readonly presets: readonly number[]
}

/** Values by parameter id; complete and within bounds once `checkParameters` has accepted them. */
export type Parameters = Readonly<Record<string, number>>

export interface VariantDefinition {
  readonly id: string
  readonly label: string
  /** What differs from the other variants, in one sentence. */
  readonly help: string
  /** Name of the function in program.ts that is run for this variant, with the parameters; absent: CPython only. */
  readonly program?: string
  /** What CPython runs for this variant; absent: Node only. */
  readonly python?: PythonText
  /** Run it under one emulated GIL; parameter `switchInterval` (ms) sets its switch interval. */
  readonly gil: boolean
  /** What it needs of the machine; a machine without it is told so before anything starts. */
  readonly needs: readonly ('threads' | 'processes')[]
  /** The variant it is measured against: run in the same run, alternating, when `baseline` is on. */
  readonly baseline?: string
  /** What to look for in this variant, after what the demo says itself: short paragraphs. */
  readonly lookFor?: readonly string[]
  /** The variant that works wherever this one fails. */
  readonly works?: string
}

/** A Python program of a demo. */
export interface PythonText {
  /** File name that it is given, and the Source tab's: `program.py`. */
  readonly file: string
  readonly text: string
  /**
   * `nothing`: it is run as it stands, like the note's own; parameters do not apply.
   * `parameters`: they are its first argument, as a JSON object.
   */
  readonly takes: 'nothing' | 'parameters'
}

/** A listing shown in the Source tab. */
export interface SourceText {
  readonly language: 'typescript' | 'python'
  /** File name shown on its tab. */
  readonly file: string
  readonly text: string
}

export interface DemoManifest {
  readonly id: string
  readonly title: string
  /** Chapter of the catalogue. */
  readonly chapter: string
  /** One sentence for the catalogue and the command line. */
  readonly summary: string
  /** What to look for while it runs: short paragraphs. */
  readonly lookFor: readonly string[]
  /** The sentence of the note it comes from, if any, verbatim. */
  readonly claim?: string
  readonly parameters: readonly ParameterDefinition[]
  readonly variants: readonly VariantDefinition[]
  readonly defaultVariant: string
  readonly defaultRepeats: number
  readonly sources: readonly SourceText[]
}

/** A checked parameter's value; one that the manifest lacks is a mistake in the demo. */
export function parameter(parameters: Parameters, id: string): number {
  const value = parameters[id]
  if (value === undefined) throw new Error(`no parameter ${id}`)
  return value
}
