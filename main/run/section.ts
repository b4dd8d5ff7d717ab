/**
 * What a run's MainThread executes for one section: the demo's function between two marks. Its
 * own entry, because workers resolve their targets by module URL and export name.
 */
import type { Parameters } from '../demos/manifest.ts'
import { registerModule } from '../threading/targets.ts'
import { runtime } from '../threading/runtime.ts'
import { EventKind, MarkKind } from '../trace/model.ts'

export interface SectionTarget {
  /** URL of the demo's program, and the export to call with the parameters. */
  readonly module: string
  readonly program: string
  readonly parameters: Parameters
  /** Label and number of the marks. */
  readonly variant: string
  readonly repeat: number
}

export async function runSection(target: SectionTarget): Promise<void> {
  const module: Record<string, unknown> = await import(/* @vite-ignore */ target.module)
  registerModule(target.module, module)
  const program = module[target.program]
  if (typeof program !== 'function')
    throw new Error(`${target.module} exports no function ${target.program}`)
  const mark = (kind: MarkKind) =>
    runtime().tracer?.recordText(EventKind.mark, 0, kind, target.repeat, 0, target.variant)
  mark(MarkKind.sectionBegin)
  await program(target.parameters)
  mark(MarkKind.sectionEnd)
}
