/**
 * Who does what: tasks of the jobs go to the workers, a few to each ahead of time; results come
 * back to their jobs; a worker that has left is replaced, one that died fails the task it was at.
 *
 * The pool's thread does all this itself, within its calls of the pool and of results, where
 * CPython has three threads for it. Each worker has its own tasks, in order; so of a worker that
 * died the first task without a result is the one it was at, and the others go to other workers.
 */
import type { Seconds } from '../../core/units.ts'
import { isKeyboardInterrupt, RuntimeError } from '../../threading/errors.ts'
import { deadlineAfter, NEVER, requireBlocking, type Deadline } from '../../threading/futex.ts'
import { locateBegun } from '../../threading/places.ts'
import { runtime } from '../../threading/runtime.ts'
import { EventKind, Wait, WaitOutcome } from '../../trace/model.ts'
import type { Crew, CrewMember } from './crew.ts'
import type { Job } from './job.ts'
import type { FromWorker } from './messages.ts'
import { reviveError } from './remote-error.ts'
import { Watchers } from './watchers.ts'
import { Worker, type Task } from './worker.ts'

/** Tasks a worker is given ahead while the owner takes in results: one to do, one to go on with. */
const WINDOW = 2
/** The same when the owner goes on with something else: nobody hands out tasks then. */
const WINDOW_AHEAD = 16
/** Between two looks at who has died. */
const SLICE: Seconds = 0.1
/** From the polite end of a worker to the forced one. */
const TERMINATE_GRACE: Seconds = 5

export const Stage = { running: 0, closed: 1, terminated: 2 } as const
export type Stage = (typeof Stage)[keyof typeof Stage]

export interface SchedulerOptions {
  readonly crew: Crew
  /** The pool's resource id. */
  readonly pool: number
  readonly size: number
  readonly maxtasks: number | undefined
}

export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #workers = new Set<Worker>()
  /** Told to stop, or about to end by themselves. */
  readonly #leaving = new Set<CrewMember>()
  readonly #jobs = new Set<Job>()
  /** Jobs that have tasks left, and tasks that came back. */
  readonly #waiting: Job[] = []
  readonly #returned: Task[] = []
  #stage: Stage = Stage.running
  #hired = 0
  #numbered = 0
  /** Workers that ended before they were ready, one after another. */
  #stillborn = 0
  #broken: Error | undefined
  #loop: Promise<void> | undefined
  #isLooping = false
  readonly #watchers = new Watchers()

  /** @throws OSError, RuntimeError when a worker cannot be started; none is left then. */
  constructor(options: SchedulerOptions) {
    this.#options = options
    try {
      while (this.#workers.size < options.size) this.#hire()
    } catch (error) {
      this.terminate()
      if (runtime.mayBlock) this.join()
      throw error
    }
    if (!runtime.mayBlock) this.#run()
  }

  get stage(): Stage {
    return this.#stage
  }

  /** Pids of the workers, where these are processes. */
  get pids(): readonly number[] {
    return [...this.#workers].flatMap(({ member }) => member.pid ?? [])
  }

  /** Every task without exception is over or will never be. */
  get isIdle(): boolean {
    return this.#jobs.size === 0
  }

  /**
   * @param ahead the caller does not wait for the job now.
   * @throws BrokenExecutor when the pool has no workers any more.
   */
  add(job: Job, ahead: boolean): void {
    if (runtime.mayBlock) this.#lookAfter()
    else this.#replaceIdle()
    if (this.#broken !== undefined)
      throw this.#options.crew.broken(this.#broken.message, this.#broken.cause)
    this.#jobs.add(job)
    this.#waiting.push(job)
    this.#feed(ahead ? WINDOW_AHEAD : WINDOW)
    if (!runtime.mayBlock) this.#run()
  }

  /**
   * Takes in results until the condition holds.
   * @param timeout seconds; undefined: without limit; negative: none.
   * @returns false when the time had passed first.
   * @throws RuntimeError on an event-loop thread that would have to wait, KeyboardInterrupt when
   * the run is being stopped.
   */
  wait(done: () => boolean, timeout: Seconds | undefined): boolean {
    const deadline = deadlineAfter(timeout)
    if (done()) return true
    requireBlocking('the async form')
    this.takeIn()
    if (done()) return true
    const { tracer } = runtime
    const { pool } = this.#options
    tracer?.record(EventKind.waitBegin, pool, 0, Wait.result, deadline === NEVER ? 0 : 1)
    locateBegun(pool, Wait.result)
    let outcome: WaitOutcome = WaitOutcome.interrupted
    try {
      outcome = this.#waitUntil(done, deadline) ? WaitOutcome.granted : WaitOutcome.timedOut
      return outcome === WaitOutcome.granted
    } finally {
      tracer?.record(EventKind.waitEnd, pool, outcome, 0, 0)
    }
  }

  #waitUntil(done: () => boolean, deadline: Deadline): boolean {
    for (;;) {
      const left = deadline === NEVER ? SLICE : (deadline - Number(runtime.now())) / 1e9
      if (left <= 0) return false
      const message = this.#options.crew.receive(Math.min(SLICE, left))
      if (message !== undefined) this.#receive(message)
      else this.#lookAfter()
      this.#feed(WINDOW)
      if (done()) return true
    }
  }

  /** The same for any kind of thread; the event loop takes in the results. */
  async waitAsync(done: () => boolean, timeout: Seconds | undefined): Promise<boolean> {
    const deadline = deadlineAfter(timeout)
    if (done()) return true
    this.#run()
    return this.#watchers.watch(done, deadline)
  }

  /** Takes in what has come, without a wait; on an event-loop thread the loop does. */
  takeIn(): void {
    if (!runtime.mayBlock || this.#jobs.size === 0) return
    this.#drain()
    this.#lookAfter()
    this.#feed(WINDOW)
  }

  /** No more jobs; the workers leave when the last one is over. */
  close(): void {
    if (this.#stage !== Stage.running) return
    this.#stage = Stage.closed
    this.#dismissIfIdle()
  }

  /** Ends the workers and what they are doing. */
  terminate(): void {
    if (this.#stage === Stage.terminated) return
    this.#stage = Stage.terminated
    for (const { member } of this.#workers) this.#leaving.add(member)
    this.#workers.clear()
    for (const member of this.#leaving) member.terminate()
    this.#abandonAll(new RuntimeError('the pool was terminated before the task had ended'))
  }

  /** After `close` or `terminate`: returns when no worker is left. */
  join(): void {
    this.wait(() => this.isIdle, undefined)
    const forced = this.#stage === Stage.terminated
    for (const member of this.#leaving) {
      while (!member.join(forced ? TERMINATE_GRACE : undefined));
      this.#part(member)
    }
  }

  async joinAsync(): Promise<void> {
    await this.waitAsync(() => this.isIdle, undefined)
    await this.#loop
    const forced = this.#stage === Stage.terminated
    for (const member of this.#leaving) {
      while (!(await member.joinAsync(forced ? TERMINATE_GRACE : undefined)));
      this.#part(member)
    }
  }

  #hire(): void {
    const member = this.#options.crew.hire(++this.#hired)
    const worker = new Worker(member)
    this.#workers.add(worker)
    // A failure shows in `hasEnded`.
    if (!runtime.mayBlock) void member.startAsync().catch(() => undefined)
    else
      try {
        member.start()
      } catch (error) {
        this.#workers.delete(worker)
        throw error
      }
  }

  /** Hands out tasks as long as there are some and a worker has fewer than `window`. */
  #feed(window: number): void {
    for (;;) {
      const worker = this.#leastBusy(window)
      if (worker === undefined) return
      const task = this.#next()
      if (task === undefined) return
      this.#give(worker, task)
    }
  }

  #leastBusy(window: number): Worker | undefined {
    const { maxtasks = Infinity } = this.#options
    let least: Worker | undefined
    for (const worker of this.#workers) {
      if (worker.given >= maxtasks || !worker.hasRoom(window)) continue
      if (least === undefined || worker.load < least.load) least = worker
    }
    return least
  }

  #next(): Task | undefined {
    const returned = this.#returned.shift()
    if (returned !== undefined) return returned
    for (;;) {
      const [job] = this.#waiting
      if (job === undefined) return undefined
      const draft = job.draft()
      if (draft !== undefined) return { ...draft, job, number: ++this.#numbered }
      if (this.#waiting[0] === job) this.#waiting.shift()
      this.#endIfOver(job)
    }
  }

  #give(worker: Worker, task: Task): void {
    try {
      worker.give(task)
    } catch (error) {
      if (isKeyboardInterrupt(error)) throw error
      worker.takeBack(task)
      this.#settle(task, error)
    }
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        for (const worker of this.#workers)
          if (worker.member.number === message.worker) worker.isReady = true
        this.#stillborn = 0
        return
      case 'failed': {
        const cause = reviveError(message.error)
        this.#break(
          `A ${this.#options.crew.noun} initializer failed, the pool is not usable anymore: ` +
            `${cause.name}: ${cause.message}`,
          cause,
        )
        return
      }
      case 'result':
      case 'error':
        this.#taskEnded(message)
    }
  }

  #taskEnded(message: Extract<FromWorker, { task: number }>): void {
    for (const worker of this.#workers) {
      const task = worker.answered(message.task)
      if (task === undefined) continue
      if (worker.given === this.#options.maxtasks && worker.load === 0) this.#retire(worker)
      const { job, index } = task
      // First: its callbacks may take a while, or call the pool.
      this.#feed(WINDOW)
      if (message.type === 'result') job.accept(index, { ok: true, values: message.values })
      else job.accept(index, { ok: false, error: reviveError(message.error) })
      this.#endIfOver(job)
      return
    }
  }

  #settle({ job, index }: Task, error: unknown): void {
    job.accept(index, { ok: false, error })
    this.#endIfOver(job)
  }

  #endIfOver(job: Job): void {
    if (job.isOver && this.#jobs.delete(job)) this.#dismissIfIdle()
  }

  /** It has done all it was hired for and ends by itself. */
  #retire(worker: Worker): void {
    this.#workers.delete(worker)
    this.#leaving.add(worker.member)
    this.#options.crew.retire(worker.member)
    this.#replace()
  }

  #part(member: CrewMember): void {
    this.#leaving.delete(member)
    member.dispose()
  }

  #replace(): void {
    if (this.#broken !== undefined || this.#stage === Stage.terminated) return
    if (this.#stage === Stage.closed && this.#jobs.size === 0) return
    const { size, crew } = this.#options
    while (this.#workers.size < size && this.#stillborn <= size)
      try {
        this.#hire()
      } catch (error) {
        if (isKeyboardInterrupt(error)) throw error
        this.#stillborn++
        if (this.#workers.size === 0 && this.#stillborn > size)
          this.#break(`no ${crew.noun} could be started, the pool is not usable anymore`, error)
      }
  }

  /** Finds out who has ended unbidden. */
  #lookAfter(): void {
    for (const member of this.#leaving) if (member.hasEnded) this.#part(member)
    if (!this.#anyEnded()) return
    // What they had sent before their end has been taken in when nothing more is there.
    const ended = [...this.#workers].filter(({ member }) => member.hasEnded)
    this.#drain()
    for (const worker of ended) this.#bury(worker)
  }

  /** Those that ended while there was nothing to do; of the others the loop takes in results first. */
  #replaceIdle(): void {
    for (const worker of [...this.#workers])
      if (worker.isReady && worker.load === 0 && worker.member.hasEnded) this.#bury(worker)
  }

  get #areReady(): boolean {
    for (const { isReady } of this.#workers) if (!isReady) return false
    return true
  }

  #anyEnded(): boolean {
    for (const { member } of this.#workers) if (member.hasEnded) return true
    return false
  }

  #drain(): void {
    const { crew } = this.#options
    for (let message = crew.receive(0); message !== undefined; message = crew.receive(0))
      this.#receive(message)
  }

  #bury(worker: Worker): void {
    // Meanwhile it may have left in order.
    if (!this.#workers.delete(worker)) return
    worker.member.dispose()
    const [first, ...rest] = worker.tasks
    this.#stillborn = worker.isReady ? 0 : this.#stillborn + 1
    const { crew, size } = this.#options
    if (first !== undefined && !worker.isReady) rest.unshift(first)
    this.#returned.unshift(...rest)
    if (this.#stillborn > size)
      this.#break(
        `${this.#stillborn} workers in a row ended before they were ready, the pool is not usable ` +
          `anymore; the last one: ${worker.member.describe()}`,
      )
    this.#replace()
    if (first !== undefined && worker.isReady) {
      const text =
        `A ${crew.noun} in the ${crew.noun} pool was terminated abruptly while the task was ` +
        `running: ${worker.member.describe()}, task ${describeTask(first)}`
      this.#settle(first, crew.broken(text))
    }
    this.#dismissIfIdle()
  }

  #break(message: string, cause?: unknown): void {
    if (this.#broken !== undefined) return
    const { crew } = this.#options
    this.#broken = crew.broken(message, cause)
    for (const worker of this.#workers) {
      this.#leaving.add(worker.member)
      worker.member.terminate()
    }
    this.#workers.clear()
    this.#abandonAll(this.#broken)
  }

  #abandonAll(error: Error): void {
    this.#returned.length = 0
    this.#waiting.length = 0
    const jobs = [...this.#jobs]
    this.#jobs.clear()
    for (const job of jobs) job.abandon(error)
    this.#watchers.notify()
  }

  #dismissIfIdle(): void {
    if (this.#stage !== Stage.closed || this.#jobs.size > 0) return
    for (const { member } of this.#workers) {
      member.send({ type: 'stop' })
      this.#leaving.add(member)
    }
    this.#workers.clear()
  }

  /** On the event loop, as long as there is something to wait for. */
  #run(): void {
    if (this.#isLooping) return
    this.#isLooping = true
    this.#loop = this.#takeInForEver().then(
      () => this.#watchers.notify(),
      // A KeyboardInterrupt, or a bug.
      (error: unknown) =>
        this.#watchers.notify(error instanceof Error ? error : new Error(String(error))),
    )
  }

  async #takeInForEver(): Promise<void> {
    const { crew } = this.#options
    try {
      while (this.#jobs.size > 0 || !this.#areReady) {
        const message = await crew.receiveAsync(SLICE)
        if (message !== undefined) this.#receive(message)
        else await this.#lookAfterAsync()
        this.#feed(runtime.mayBlock ? WINDOW_AHEAD : WINDOW)
        this.#watchers.notify()
      }
    } finally {
      // Together with the last look at the condition: a job that comes now starts it again.
      this.#isLooping = false
    }
  }

  async #lookAfterAsync(): Promise<void> {
    if (!this.#anyEnded()) return
    const { crew } = this.#options
    const ended = [...this.#workers].filter(({ member }) => member.hasEnded)
    for (;;) {
      const message = await crew.receiveAsync(0)
      if (message === undefined) break
      this.#receive(message)
    }
    for (const worker of ended) this.#bury(worker)
  }
}

const describeTask = ({ number, job, values }: Task): string =>
  `${number} (${job.function.name}, ${values.length} ${values.length === 1 ? 'call' : 'calls'})`
