/** A program's trace whose clock stands where the test puts it, in front of a real session. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { ProgramTrace, type ProgramTraceOptions } from '../../main/python/trace/program-trace.ts'
import { RunNumbers } from '../../main/python/trace/run-numbers.ts'
import { TraceSession } from '../../main/trace/session.ts'
import { TraceWriter, type WrittenHeader } from './trace-writer.ts'

const MILLISECOND = 1_000_000n
const START = 7_000_000_000_000n

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanups.splice(0)) cleanUp()
})

export interface TestProgram {
  readonly folder: string
  readonly trace: ProgramTrace
  readonly session: TraceSession
  /** Absolute time so many milliseconds after the start. */
  at(milliseconds: number): bigint
  process(header: WrittenHeader): TraceWriter
  /** Ticks every 8 ms until then, and beyond by all that is held back. */
  until(milliseconds: number): void
}

export function testProgram(options: Partial<ProgramTraceOptions> = {}): TestProgram {
  const folder = mkdtempSync(join(tmpdir(), 'ilv-trace-'))
  const writers: TraceWriter[] = []
  let clock = START
  const now = (): bigint => clock
  const session = new TraceSession({ now })
  const trace = new ProgramTrace({
    ...{ folder, target: session, numbers: new RunNumbers(), now },
    section: { label: 'as it stands', repeat: 1 },
    ...options,
  })
  cleanups.push(() => {
    trace.dispose()
    session.dispose()
    for (const writer of writers) writer.close()
    rmSync(folder, { recursive: true })
  })
  const at = (milliseconds: number): bigint =>
    START + BigInt(Math.round(milliseconds * Number(MILLISECOND)))
  return {
    ...{ folder, trace, session, at },
    process: (header) => {
      const writer = new TraceWriter(folder, header)
      writers.push(writer)
      return writer
    },
    until: (milliseconds) => {
      const end = at(milliseconds) + 60n * MILLISECOND
      while (clock < end) {
        clock += 8n * MILLISECOND
        trace.tick()
        session.tick()
      }
    },
  }
}
