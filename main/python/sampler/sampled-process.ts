/** One process that is sampled: who holds its GIL, and what its threads do. */
import { join } from 'node:path'
import type { Disposable } from '../../core/disposables.ts'
import type { futexCalls } from './activity.ts'
import { Changes } from './changes.ts'
import { estimateHolder } from './estimate.ts'
import { GilMemory } from './gil-memory.ts'
import { BackOff } from './pace.ts'
import { ProcFile, readOnce } from './proc-file.ts'
import { parseStat, startTime } from './proc-lines.ts'
import { GIL_NOT_FOUND, GIL_NOT_READABLE, memoryRefused, THREADS_REFUSED } from './reasons.ts'
import { Activity } from './samples.ts'
import type { ProcessSamples, WatchedProcess } from './samples.ts'
import { WatchedThread, type ThreadContext } from './watched-thread.ts'

export interface Surroundings {
  /** `/proc`. */
  readonly root: string
  readonly calls: ReturnType<typeof futexCalls>
  /** CLOCK_MONOTONIC in nanoseconds. */
  readonly now: () => number
}

/** So much later than its trace file a process cannot have been started. Nanoseconds. */
const START_TOLERANCE = 100e6
/** Memory that is silent for so long belongs to a process that goes on without it. */
const SILENCE = 1e9
/** A line of /proc/PID/task/TID/stat is about half as long. */
const LINE_BYTES = 1024

export class SampledProcess implements Disposable {
  readonly pid: number
  readonly backOff: BackOff
  /** When it is to be sampled next. */
  due: number
  readonly #surroundings: Surroundings
  readonly #folder: string
  readonly #stat: ProcFile | undefined
  readonly #context: ThreadContext | undefined
  readonly #threads = new Map<number, WatchedThread>()
  readonly #changes = new Changes()
  /** Threads that are looked at in turn. */
  #turn: WatchedThread[] = []
  #next = 0
  #memory: GilMemory | undefined
  #reading: ProcessSamples['reading'] = 'not available'
  #reason = ''
  #switchInterval = 0
  #holder: bigint | undefined
  #heldAt = 0
  #switches = 0n
  #samples = 0
  #until: number
  #silentSince: number | undefined
  #gone = false

  constructor(process: WatchedProcess, surroundings: Surroundings) {
    const { root, calls, now } = surroundings
    this.pid = process.pid
    this.#surroundings = surroundings
    this.#folder = join(root, String(process.pid))
    this.due = now()
    this.#until = this.due
    this.backOff = new BackOff(this.due)
    const stat = ProcFile.open(join(this.#folder, 'stat'))
    if (stat.ok) this.#stat = stat.value
    const tasks = ProcFile.open(join(this.#folder, 'task'))
    if (tasks.ok) this.#context = { folder: tasks.value, calls, buffer: Buffer.alloc(LINE_BYTES) }
    if ([stat, tasks].some((each) => !each.ok && each.failure !== 'gone'))
      this.#reason = THREADS_REFUSED
    else if (!tasks.ok || this.#hasEnded() || this.#isAnother(process)) this.#leave()
    else this.findGil(process.gil)
  }

  /** As of the last sample; 0n: nobody. */
  get holder(): bigint {
    return this.#holder ?? 0n
  }

  /** When that was so. */
  get heldAt(): number {
    return this.#heldAt
  }

  /** Neither runs nor comes back. */
  get isGone(): boolean {
    return this.#gone
  }

  get threads(): number {
    return this.#turn.length
  }

  /** @param address 0n: not found */
  findGil(address: bigint): void {
    if (this.#gone || this.#context === undefined) return
    this.#memory?.dispose()
    this.#memory = undefined
    if (address === 0n) return this.#estimate(GIL_NOT_FOUND)
    const memory = GilMemory.open(this.#folder, address)
    if (memory.ok) {
      this.#memory = memory.value
      this.#reading = 'measured'
      this.#reason = ''
    } else if (memory.failure === 'refused')
      this.#estimate(memoryRefused(this.#setting('sys/kernel/yama/ptrace_scope')))
    else this.#estimate(GIL_NOT_READABLE)
  }

  watchThread(id: number, threadState: bigint): void {
    if (this.#gone || this.#context === undefined) return
    // Numbers of threads are given again, too.
    this.#threads.get(id)?.dispose()
    this.#threads.set(id, new WatchedThread(id, threadState, this.#context))
    this.#turn = [...this.#threads.values()]
  }

  /** @param most so many threads are looked at, the others in the samples after it */
  sample(most: number): void {
    const { now } = this.#surroundings
    if (this.#gone) return
    this.#until = now()
    this.#samples++
    const moved = this.#memory === undefined ? false : this.#measureHolder(this.#memory)
    const stirred = this.#lookAtThreads(most)
    if (this.#memory === undefined) {
      if (this.#hasEnded()) this.#leave()
      else if (this.#reading === 'estimated') this.#estimateHolder(now())
    }
    this.backOff.sampled(moved || stirred, now())
  }

  /** @param period nanoseconds between two samples of all processes, at least */
  report(period: number): ProcessSamples {
    const samples = this.#samples
    this.#samples = 0
    return {
      pid: this.pid,
      // Of the last sample: what has changed since will have a later time.
      until: this.#gone ? this.#surroundings.now() : this.#until,
      reading: this.#reading,
      reason: this.#reason,
      switchInterval: this.#switchInterval,
      ...this.#changes.take(),
      samples,
      period: Math.max(period, this.backOff.period),
    }
  }

  dispose(): void {
    for (const thread of this.#threads.values()) thread.dispose()
    this.#memory?.dispose()
    this.#stat?.dispose()
    this.#context?.folder.dispose()
  }

  /** @returns whether anything has changed */
  #measureHolder(memory: GilMemory): boolean {
    const read = memory.read(this.#surroundings.now)
    if (!read.ok) return this.#memorySilent(read.failure === 'other')
    this.#silentSince = undefined
    const { time, holder, switches, interval } = read.value
    this.#switchInterval = interval
    return this.#holds(time, holder, switches)
  }

  #holds(time: number, holder: bigint, switches: bigint): boolean {
    this.#heldAt = time
    if (holder === this.#holder && switches === this.#switches) return false
    this.#holder = holder
    this.#switches = switches
    this.#changes.holder(time, holder, switches)
    return true
  }

  /** A process gives its memory back a little before it has ended. */
  #memorySilent(isOther: boolean): boolean {
    const now = this.#surroundings.now()
    this.#silentSince ??= now
    if (this.#hasEnded()) this.#leave()
    else if (isOther || now - this.#silentSince > SILENCE) {
      this.#memory?.dispose()
      this.#memory = undefined
      this.#estimate(GIL_NOT_READABLE)
    } else return this.#holds(now, 0n, this.#switches)
    return true
  }

  /** @returns whether one of them is runnable or has begun something else */
  #lookAtThreads(most: number): boolean {
    const { now } = this.#surroundings
    const count = Math.min(most, this.#turn.length)
    let stirred = false
    let ended = false
    for (let looked = 0; looked < count; looked++) {
      const thread = this.#turn[this.#next++ % this.#turn.length]
      if (thread === undefined) break
      const before = thread.activity
      const time = now()
      thread.look(this.#memory?.address ?? 0)
      const { activity } = thread
      if (activity === undefined || activity === before) continue
      this.#changes.activity(time, thread.id, activity)
      stirred = true
      ended ||= thread.isGone
    }
    if (ended) this.#forgetGone()
    return stirred || this.#turn.some(({ isRunnable }) => isRunnable)
  }

  #forgetGone(): void {
    for (const thread of this.#turn) if (thread.isGone) this.#threads.delete(thread.id)
    this.#turn = [...this.#threads.values()]
  }

  #estimateHolder(now: number): void {
    // Of the others nothing is asked: there may be many.
    const candidates = this.#turn.filter((each) => each.threadState !== 0n && each.isRunnable)
    for (const thread of candidates) thread.measure()
    const holder = estimateHolder(candidates, this.holder)
    if (holder === this.#holder) return
    const isSwitch = holder !== 0n && this.#holder !== undefined
    this.#holds(now, holder, this.#switches + (isSwitch ? 1n : 0n))
  }

  #estimate(reason: string): void {
    this.#reading = 'estimated'
    this.#reason = reason
  }

  #leave(): void {
    const now = this.#surroundings.now()
    this.#gone = true
    if (this.holder !== 0n) this.#holds(now, 0n, this.#switches)
    for (const thread of this.#turn) this.#changes.activity(now, thread.id, Activity.gone)
    this.dispose()
    this.#threads.clear()
    this.#turn = []
  }

  #setting(name: string): string {
    return readOnce(join(this.#surroundings.root, name))
  }

  /** It is not there any more, or only its exit code is. */
  #hasEnded(): boolean {
    const stat = this.#statNow()
    return stat === undefined ? this.#stat?.failure === 'gone' : 'ZX'.includes(stat.state)
  }

  #isAnother({ since }: WatchedProcess): boolean {
    const { now } = this.#surroundings
    const started = this.#statNow()?.started
    if (since === undefined || started === undefined) return false
    const begun = startTime(started, this.#setting('uptime'), now())
    return begun !== undefined && begun > since + START_TOLERANCE
  }

  #statNow(): ReturnType<typeof parseStat> {
    return parseStat(this.#stat?.text(Buffer.alloc(LINE_BYTES)) ?? '')
  }
}
