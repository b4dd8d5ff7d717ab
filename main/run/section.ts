/**
 * What a MainThread executes: for a section of a run the demo's function between two marks. Its own
 * entry, because workers resolve their targets by module URL and export name.
 */
import type { Parameters } from '../demos/manifest.ts'
import { joinChildren } from '../multiprocessing/children.ts'
import { runtime, type TargetReference } from '../threading/runtime.ts'
import { resolveTarget } from '../threading/targets.ts'
import { EventKind, MarkKind } from '../trace/model.ts'

export interface SectionTarget {
  /** The demo's program: called with the parameters. */
  readonly program: TargetReference
  readonly parameters: Parameters
  /** Label and number of the marks. */
  readonly variant: string
  readonly repeat: number
}

/** What the main thread of a program outside of the app executes: program.ts. */
export async function runMain(program: TargetReference, args: readonly never[]): Promise<void> {
  const main = await resolveTarget(program)
  await main(...args)
  joinChildren()
}

export async function runSection(section: SectionTarget): Promise<void> {
  const { variant, repeat } = section
  // Programs take their parameters as one object: checked against the manifest before the run.
  const program = (await resolveTarget(section.program)) as (parameters: Parameters) => unknown
  const mark = (kind: MarkKind) =>
    runtime.tracer?.recordText(EventKind.mark, 0, kind, repeat, 0, variant)
  mark(MarkKind.sectionBegin)
  await program(section.parameters)
  joinChildren()
  mark(MarkKind.sectionEnd)
}
