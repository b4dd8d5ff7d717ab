import type { Demo, VerdictInput } from '../demos/demo.ts'
import { enginesOf } from '../demos/engine-facts.ts'
import type { TraceSession } from '../trace/session.ts'
import type { Environment, RunStatus, RunSummary, Verdict } from './contract.ts'

export interface Summarised {
  /** Undefined: there is none that could judge it. */
  readonly demo: Demo | undefined
  /** Its last. */
  readonly status: RunStatus
  readonly trace: TraceSession
  readonly environment: Environment
}

/** Everything about a run that is over, from what was recorded alone: live and opened again, the same. */
export function summarise({ demo, status, trace, environment }: Summarised): RunSummary {
  const { variant, parameters, demo: name } = status.request
  const sections = trace.sectionFigures()
  const tables = trace.answer('tables', {})
  const input: VerdictInput = {
    variant,
    parameters,
    sections,
    cutShort: status.state !== 'finished',
    engines: enginesOf(status),
    processors: sections.map(({ from, to }) => trace.processorsIn(from, to)),
    tables,
    ...(status.deadlock && { deadlock: status.deadlock }),
  }
  return {
    status,
    measurements: sections.map(({ variant, repeat, from, elapsed }) => ({
      variant,
      repeat,
      from,
      elapsed,
    })),
    verdict: demo?.judge(input) ?? unjudged(name),
    tables,
    environment,
  }
}

const unjudged = (demo: string): Verdict => ({
  judgement: 'open',
  headline:
    demo === '' ? 'The recording does not name its demo' : `This Interleave cannot judge ${demo}`,
  sentences: [
    'It has no such demo, or not with these parameters. Timeline, tables and charts are whole.',
  ],
  evidence: [],
})
