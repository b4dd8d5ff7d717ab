/** Python scripts, run as they are and under the probe, and what the probe then wrote. */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { TraceFile, type RecordTarget } from '../../main/python/trace/trace-file.ts'
import { EventKind, RECORD_BYTES } from '../../main/trace/model.ts'

export const PROBE = fileURLToPath(new URL('../../main/python/probe/', import.meta.url))
export const RUN = join(PROBE, 'run.py')
/** Scripts of the tests. */
export const fixture = (name: string): string =>
  fileURLToPath(new URL(`probe/${name}`, import.meta.url))

const LIMIT_MILLISECONDS = 100_000
const LOOK_MILLISECONDS = 20
/** A program that has said that it will wait does so once it has slept at as many looks in a row. */
const SETTLED_LOOKS = 20

export interface Ended {
  readonly out: string
  readonly error: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface RunOptions {
  /** Of the interpreter. */
  readonly flags?: readonly string[]
  readonly arguments?: readonly string[]
  readonly folder?: string
  /** What the program reads. */
  readonly input?: string
  /** Sent when the program waits, after it has printed its first line. */
  readonly signal?: NodeJS.Signals
  /** The program is given what it reads once this is true of what it has written so far. */
  readonly inputOnce?: (events: readonly ProbeEvent[]) => boolean
  readonly environment?: NodeJS.ProcessEnv
  /** Where the probe writes; absent: a new folder. */
  readonly trace?: string
}

const folders: string[] = []
/** Removed after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'probed-'))
  folders.push(folder)
  return folder
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** Compiled once for all tests of a file. */
let cache = ''
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'probe-cache-'))
})
afterAll(() => {
  rmSync(cache, { recursive: true })
})

/** A script of these lines in a folder of its own. */
export function script(source: string, name = 'script.py'): string {
  const path = join(newFolder(), name)
  writeFileSync(path, source)
  return path
}

export const runPlain = (python: string, path: string, options: RunOptions = {}): Promise<Ended> =>
  run(python, [...(options.flags ?? []), path, ...(options.arguments ?? [])], options)

export interface Probed extends Ended {
  /** Where the trace files are. */
  readonly trace: string
}

export async function runProbed(
  python: string,
  path: string,
  options: RunOptions = {},
): Promise<Probed> {
  const trace = options.trace ?? newFolder()
  const entry = [...(options.flags ?? []), RUN, '--trace', trace, '--debug', 'yes', '--', path]
  return {
    ...(await run(python, [...entry, ...(options.arguments ?? [])], { ...options, trace })),
    trace,
  }
}

function run(python: string, command: readonly string[], options: RunOptions): Promise<Ended> {
  const child = spawn(python, command, {
    cwd: options.folder,
    env: {
      ...process.env,
      ...{ PYTHONUNBUFFERED: '', PYTHONDONTWRITEBYTECODE: '', PYTHONPYCACHEPREFIX: cache },
      ...options.environment,
    },
    timeout: LIMIT_MILLISECONDS,
    killSignal: 'SIGKILL',
  })
  const end: { out: string; error: string } = { out: '', error: '' }
  const timers: NodeJS.Timeout[] = []
  let wanted = options.signal
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    end.out += text
    if (wanted === undefined || !end.out.includes('\n')) return
    const signal = wanted
    wanted = undefined
    let looks = 0
    repeat(() => {
      looks = isRunning(child.pid) ? 0 : looks + 1
      return looks === SETTLED_LOOKS && child.kill(signal)
    })
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (end.error += text))
  // A program may end without having read it.
  child.stdin.on('error', () => undefined)
  const { inputOnce, trace } = options
  if (inputOnce === undefined || trace === undefined) child.stdin.end(options.input ?? '')
  else repeat(() => inputOnce(eventsSoFar(trace)) && child.stdin.end('\n'))
  /** Until it says that it is done, or the program has ended. */
  function repeat(look: () => unknown): void {
    const timer = setInterval(() => {
      if (look()) clearInterval(timer)
    }, LOOK_MILLISECONDS)
    timers.push(timer)
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      timers.forEach(clearInterval)
      resolve({ ...end, code, signal })
    })
  })
}

/** Whether its main thread has something to do, also when it waits for a processor; without /proc: no. */
function isRunning(pid = 0): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') S ')
  } catch {
    return false
  }
}

/** What a program that goes on has written: read from a copy, since who reads gives space back. */
function eventsSoFar(folder: string): ProbeEvent[] {
  const copy = newFolder()
  cpSync(folder, copy, { recursive: true })
  return readEvents(copy)
}

/** Addresses and times are no one's business. */
export const withoutAddresses = (text: string): string => text.replaceAll(/0x[0-9a-f]+/g, '0x…')

export interface ProbeEvent {
  readonly pid: number
  readonly thread: number
  readonly kind: number
  readonly resource: number
  readonly a: number
  readonly b: number
  readonly c: number
  readonly time: bigint
  readonly text: string
}

/** All that is in a folder's trace files, by time; the files are removed. */
export function readEvents(folder: string): ProbeEvent[] {
  const events: ProbeEvent[] = []
  // A child that was ended while it came up leaves a file that it had not yet renamed.
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.trace'))) {
    const opened = TraceFile.open(join(folder, name))
    if (!opened.ok) throw new Error(`${name}: ${opened.failure}`)
    const file = opened.value
    const { pid } = file.header
    const target: RecordTarget = {
      records: (thread, records) => events.push(...decode(pid, thread, records)),
      sealed: () => undefined,
      skip: (why) => {
        throw new Error(why)
      },
      timeOf: () => 0,
    }
    file.drain(target, 0, true)
    file.dispose()
  }
  return events.sort((one, other) => Number(one.time - other.time))
}

function decode(pid: number, thread: number, records: Uint8Array): ProbeEvent[] {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength)
  const events: ProbeEvent[] = []
  for (let at = 0; at < records.length; at += RECORD_BYTES) {
    const word = view.getUint32(at + 8, true)
    const kind = word >>> 24
    if (kind === EventKind.text) {
      const last = events.pop()
      if (last) events.push({ ...last, text: last.text + textAt(records, at, word & 0xff_ffff) })
    } else {
      const [a, b, c] = [12, 16, 20].map((offset) => view.getUint32(at + offset, true))
      const time = view.getBigUint64(at, true)
      const numbers = { a: a ?? 0, b: b ?? 0, c: c ?? 0 }
      events.push({ pid, thread, kind, resource: word & 0xff_ffff, ...numbers, time, text: '' })
    }
  }
  return events
}

/** The time's 8 bytes and, behind the word, a, b and c. */
function textAt(records: Uint8Array, at: number, left: number): string {
  const bytes = [...records.subarray(at, at + 8), ...records.subarray(at + 12, at + 24)]
  return Buffer.from(bytes.slice(0, left)).toString('utf8')
}
