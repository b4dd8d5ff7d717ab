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

/** What people are asked before a run; the run answers it (`Demo.answer`). */
export interface Question {
  readonly id: string
  /** One sentence that ends with a question mark. */
  readonly text: string
  readonly options: readonly { readonly id: string; readonly label: string }[]
  /** Asked before these variants; absent: before each. */
  readonly variants?: readonly string[]
}

/** Values to run a demo with, one after the other, that are worth a look together. */
export interface SweepDefinition {
  readonly id: string
  readonly label: string
  /** What it shows, in one sentence. */
  readonly help: string
  /** One or two; with two, every pair is run. */
  readonly axes: readonly SweepAxisDefinition[]
  /** Variants run at each point, the first one with which the others are compared; absent: the chosen one. */
  readonly variants?: readonly string[]
}

export interface SweepAxisDefinition {
  readonly parameter: string
  /** `to twice the processors`: whole numbers from 1 on, at most 12 of them (sweeps.ts). */
  readonly values: readonly number[] | 'to twice the processors'
}

/** What has changed in CPython since the note (or a claim of ours) was written. */
export interface Change {
  /** First version in which it is so: `3.14`. */
  readonly since: string
  readonly text: string
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
  /** Instead of the defaults, for a run of about a second: `run --quick`, end-to-end specs. */
  readonly quick: Parameters
  readonly questions?: readonly Question[]
  readonly sweeps?: readonly SweepDefinition[]
  /** A sweep that this demo is about: chosen when it is opened. */
  readonly defaultSweep?: string
  /** Its deadlocks are what it shows, and it ends them itself: nobody has to stop the run. */
  readonly endsDeadlocks?: true
  readonly changes?: readonly Change[]
  readonly sources: readonly SourceText[]
}

/** A checked parameter's value; one that the manifest lacks is a mistake in the demo. */
export function parameter(parameters: Parameters, id: string): number {
  const value = parameters[id]
  if (value === undefined) throw new Error(`no parameter ${id}`)
  return value
}

/**
 * What a variant runs with: a program of the note takes no parameters, its own values are the
 * defaults of the form.
 */
export function parametersOf(
  { variants, parameters }: Pick<DemoManifest, 'variants' | 'parameters'>,
  variant: string,
  given: Parameters,
): Parameters {
  const { program, python } = variants.find(({ id }) => id === variant) ?? {}
  if (program !== undefined || python?.takes !== 'nothing') return given
  return Object.fromEntries(parameters.map((each) => [each.id, each.default]))
}
