import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Emitter } from '../../main/core/emitter.ts'
import { nanoseconds } from '../../main/core/units.ts'
import type { RunStatus } from '../../main/run/contract.ts'
import { FORCE_AFTER, HeldRun } from '../../main/run/held-run.ts'
import type {
  FromRunner,
  LaunchedProcess,
  ProcessEntry,
  ProcessExit,
  RunnerTask,
  ToRunner,
} from '../../main/run/process.ts'

/** A process that does only what the test tells it to, and dies when it is killed. */
class FakeProcess implements LaunchedProcess {
  pid: number | undefined
  readonly posted: ToRunner[] = []
  readonly killed: string[] = []
  readonly #messages = new Emitter<unknown>()
  readonly #spawns = new Emitter<number>()
  readonly #exits = new Emitter<ProcessExit>()
  readonly entry: ProcessEntry

  constructor(entry: ProcessEntry) {
    this.entry = entry
  }

  post(message: unknown): void {
    this.posted.push(message as ToRunner)
  }
  onMessage(listener: (message: unknown) => void) {
    return this.#messages.on(listener)
  }
  onExit(listener: (exit: ProcessExit) => void) {
    return this.#exits.on(listener)
  }
  onSpawn(listener: (pid: number) => void) {
    return this.#spawns.on(listener)
  }
  spawn(pid: number): void {
    this.pid = pid
    this.#spawns.emit(pid)
  }
  terminate(): void {
    this.killed.push('SIGTERM')
  }
  kill(): void {
    this.killed.push('SIGKILL')
    this.exit({ code: undefined, signal: 'SIGKILL' })
  }
  say(message: FromRunner): void {
    this.#messages.emit(message)
  }
  exit(exit: ProcessExit): void {
    this.#exits.emit(exit)
    this.#exits.dispose()
  }
}

const status = (changes: Partial<RunStatus> = {}): RunStatus => ({
  state: 'starting',
  request: { demo: 'd', variant: 'v', parameters: {}, repeats: 1, baseline: false },
  done: 0,
  total: 0,
  unit: '',
  section: 0,
  sections: 1,
  elapsed: nanoseconds(0),
  newest: nanoseconds(0),
  events: 0,
  eventRate: 0,
  dropped: 0,
  tracerShare: 0,
  ...changes,
})

function setUp(
  task: RunnerTask = {
    type: 'start',
    request: status().request,
    interpreters: [],
    recordTo: 'run.ilv',
    scratch: 'scratch',
    cache: 'cache',
  },
) {
  const processes: FakeProcess[] = []
  const launcher = {
    fork(entry: ProcessEntry) {
      const process = new FakeProcess(entry)
      processes.push(process)
      return process
    },
  }
  const run = new HeldRun('run', status(), task, launcher)
  const runner = processes[0]
  if (runner === undefined) throw new Error('no runner was forked')
  return { run, runner, processes }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a run that ends by itself', () => {
  test('is started only once its process is ready', () => {
    const { runner } = setUp()
    expect(runner.posted).toEqual([])
    runner.say({ type: 'ready' })
    expect(runner.posted).toMatchObject([{ type: 'start', recordTo: 'run.ilv' }])
  })

  test('keeps its process, because it still answers questions', async () => {
    const { run, runner } = setUp()
    runner.say({ type: 'status', status: status({ state: 'finished' }) })
    await run.over
    expect(run.isAlive).toBe(true)
    expect(runner.killed).toEqual([])
  })

  test('cannot be changed by a late status', () => {
    const { run, runner } = setUp()
    runner.say({ type: 'status', status: status({ state: 'finished' }) })
    runner.say({ type: 'status', status: status({ state: 'running' }) })
    expect(run.info.status.state).toBe('finished')
  })
})

describe('a run that is stopped', () => {
  test('is asked first and not killed while it has time', () => {
    const { run, runner } = setUp()
    runner.say({ type: 'ready' })
    void run.stop()
    vi.advanceTimersByTime(FORCE_AFTER - 1)
    expect(runner.posted.map(({ type }) => type)).toEqual(['start', 'stop'])
    expect(runner.killed).toEqual([])
  })

  test('before its process is ready never starts, and counts as stopped', async () => {
    const { run, runner } = setUp()
    const stopped = run.stop()
    runner.say({ type: 'ready' })
    await stopped
    expect(runner.posted).toEqual([])
    expect(run.info.status.state).toBe('stopped')
    await run.gone
  })

  test('is killed when it does not end, and counts as stopped, not as failed', async () => {
    const { run, runner } = setUp()
    runner.say({ type: 'ready' })
    const stopped = run.stop()
    vi.advanceTimersByTime(FORCE_AFTER)
    await stopped
    expect(runner.killed).toEqual(['SIGKILL'])
    expect(run.info.status.state).toBe('stopped')
  })

  test('in time is not killed afterwards', async () => {
    const { run, runner } = setUp()
    runner.say({ type: 'ready' })
    const stopped = run.stop()
    runner.say({ type: 'status', status: status({ state: 'stopped' }) })
    await stopped
    vi.advanceTimersByTime(FORCE_AFTER * 2)
    expect(runner.killed).toEqual([])
  })
})

describe('a run whose process dies', () => {
  test('has failed, and says by which signal and what was kept', async () => {
    const { run, runner } = setUp()
    const recording = { path: '/r/run.ilv', bytes: 10 }
    runner.say({ type: 'status', status: status({ state: 'running', recording }) })
    runner.exit({ code: undefined, signal: 'SIGSEGV' })
    await run.over
    expect(run.info.status.state).toBe('failed')
    expect(run.info.status.failure?.headline).toContain('SIGSEGV')
    expect(run.info.status.failure?.kept).toContain('/r/run.ilv')
  })

  test('before anything was written does not point at a recording', async () => {
    const { run, runner } = setUp()
    const recording = { path: '/r/run.ilv', bytes: 0 }
    runner.say({ type: 'status', status: status({ state: 'running', recording }) })
    runner.exit({ code: undefined, signal: 'SIGKILL' })
    await run.over
    expect(run.info.status.failure?.kept).toBe('Nothing was recorded before that.')
  })

  test('takes the children that were forked for it along, and is gone only after them', async () => {
    const { run, runner, processes } = setUp()
    runner.say({ type: 'spawn', child: 1, args: [] })
    const child = processes[1]
    expect(child?.entry).toBe('child')
    // Electron knows the pid only later.
    expect(runner.posted).toEqual([])
    child?.spawn(42)
    expect(runner.posted).toContainEqual({ type: 'spawned', child: 1, pid: 42 })
    runner.exit({ code: 1, signal: undefined })
    expect(child?.killed).toEqual(['SIGKILL'])
    await run.gone
  })

  test('closes every port that was open to it', () => {
    const { run, runner } = setUp()
    let closed = 0
    run.attach().onClose(() => closed++)
    run.attach().onClose(() => closed++)
    runner.exit({ code: 1, signal: undefined })
    expect(closed).toBe(2)
  })

  test('is not written to afterwards', () => {
    const { run, runner } = setUp()
    const port = run.attach()
    runner.exit({ code: 1, signal: undefined })
    const before = runner.posted.length
    port.send(new Uint8Array([1]))
    expect(runner.posted.length).toBe(before)
  })
})

describe('data ports', () => {
  test('each hears only its own messages', () => {
    const { run, runner } = setUp()
    const heard: string[] = []
    run.attach().onMessage(() => heard.push('first'))
    run.attach().onMessage(() => heard.push('second'))
    runner.say({ type: 'data', connection: 2, bytes: new Uint8Array([1]) })
    expect(heard).toEqual(['second'])
  })

  test('a disposed port is detached and hears nothing more', () => {
    const { run, runner } = setUp()
    const heard: unknown[] = []
    const port = run.attach()
    port.onMessage((bytes) => heard.push(bytes))
    port.dispose()
    runner.say({ type: 'data', connection: 1, bytes: new Uint8Array([1]) })
    expect(heard).toEqual([])
    expect(runner.posted).toContainEqual({ type: 'detach', connection: 1 })
  })
})

describe('disposing', () => {
  test('ends the process of a run that is over', async () => {
    const { run, runner } = setUp()
    runner.say({ type: 'status', status: status({ state: 'finished' }) })
    await run.dispose()
    expect(runner.killed).toEqual(['SIGKILL'])
  })
})
