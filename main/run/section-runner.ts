import type { RunFailure } from './contract.ts'
import type { NodeSection, PythonSection } from './plan.ts'

/** Runs the sections of one kind of engine, one after the other. */
export interface SectionRunner<Section extends NodeSection | PythonSection> {
  /** Before the clock runs. */
  prepare(): Promise<void>
  /** @returns why the program failed; undefined: it did not. Or it has been stopped. */
  run(section: Section): Promise<RunFailure | undefined>
  /** Every few milliseconds, before the trace merges. */
  tick(): void
  /** Ten times a second: what processor time was used. */
  recordUsage(): void
  /** Cooperative first, then by force. What runs ends soon after. */
  stop(): Promise<void>
  /** Nothing of it is left afterwards. */
  dispose(): Promise<void>
}

/** What failed programs leave, for RunFailure.kept. */
export const keptIn = (recording = ''): string =>
  `Everything up to that moment is on the timeline and in the recording ${recording}.`

/** Messages of programs and of Node end as they like. */
export const sentence = (message: string): string =>
  /[.!?…]$/.test(message) ? message : `${message}.`
