/** Runs a script under the probe, with its trace going into a real session. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ProgramTrace, type ProgramEnd } from '../../main/python/trace/program-trace.ts'
import { RunNumbers } from '../../main/python/trace/run-numbers.ts'
import type { Sampler } from '../../main/python/sampler/samples.ts'
import type { Interpreter } from '../../main/run/contract.ts'
import { TraceSession } from '../../main/trace/session.ts'

const RUN = fileURLToPath(new URL('../../main/python/probe/run.py', import.meta.url))
const now = process.hrtime.bigint

export interface TracedRun {
  readonly session: TraceSession
  readonly trace: ProgramTrace
  readonly end: ProgramEnd
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

/** @param text of the script. */
export async function traced(
  python: Pick<Interpreter, 'path'>,
  text: string,
  sampler?: Sampler,
): Promise<TracedRun> {
  const folder = mkdtempSync(join(tmpdir(), 'ilv-cpython-'))
  const script = join(folder, 'script.py')
  writeFileSync(script, text)
  const session = new TraceSession({ now })
  const trace = new ProgramTrace({
    ...{ folder, target: session, numbers: new RunNumbers(), now },
    section: { label: 'script', repeat: 1 },
    ...(sampler && { sampler }),
  })
  const child = spawn(python.path, [RUN, '--trace', folder, '--', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (data: Buffer) => (output += data.toString()))
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()))
  const timer = setInterval(() => {
    trace.tick()
    session.tick()
  }, 8)
  try {
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
    const codes = new Map([[child.pid ?? 0, code ?? -9]])
    const end = trace.finish({ codes, otherwise: -9 })
    session.finish()
    return { session, trace, end, code, output, errors }
  } finally {
    clearInterval(timer)
    trace.dispose()
    rmSync(folder, { recursive: true })
  }
}
