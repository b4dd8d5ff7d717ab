/**
 * What the probe of one program writes, all processes together, as sources of the run's trace: reads
 * the files, merges their events by time behind a short hold-back, and translates them.
 */
import { readdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Disposable } from '../../core/disposables.ts'
import type { GilReading, KilledProcess } from '../../run/contract.ts'
import { LaneEnd } from '../../trace/model.ts'
import type { Sampler } from '../sampler/samples.ts'
import { described, describedKilled } from './described.ts'
import type { Skipped } from './header.ts'
import type { Role } from './layout.ts'
import { MergedThreads } from './merged-threads.ts'
import type { Process } from './process.ts'
import type { RunNumbers } from './run-numbers.ts'
import { Sampling } from './sampling.ts'
import { TraceFile, type RecordTarget } from './trace-file.ts'
import { Translator } from './translator.ts'

/** Where events go: TraceSession is one. */
export interface TraceTarget {
  /** Absolute time that the run's times count from, as soon as it is known. */
  readonly epoch?: bigint | undefined
  childFrame(frame: {
    readonly source: number
    readonly pid: number
    readonly watermark: bigint
    readonly records: Uint8Array
  }): void
  endSource(source: number, end: LaneEnd, code?: number): void
}

export interface ProgramTraceOptions {
  /** Folder that the probe writes its files into. */
  readonly folder: string
  readonly target: TraceTarget
  /** Absent: nothing is sampled, who holds the GIL is not available. */
  readonly sampler?: Sampler
  /** Shared by all programs of a run. */
  readonly numbers: RunNumbers
  /** CLOCK_MONOTONIC in nanoseconds. */
  readonly now: () => bigint
  /** Of the first process: what its section is called, and its repeat: the marks. */
  readonly section: { readonly label: string; readonly repeat: number }
}

/** A process of the program, as its file says. */
export interface TracedProcess {
  readonly pid: number
  readonly name: string
  readonly role: Role
  /** `3.13.0`. */
  readonly version: string
  readonly isFreeThreaded: boolean
  readonly reading: GilReading
  readonly readingReason: string
  /** Nanoseconds; 0: not known. */
  readonly switchInterval: number
}

/** What its runner knows of the processes of a program that is gone. */
export interface ProgramExits {
  /** By pid: exit code, or minus the signal that ended it. */
  readonly codes: ReadonlyMap<number, number>
  /** Of a process that nobody has seen end, unless it said so itself; -9 when its group was killed. */
  readonly otherwise: number
}

/** What is known at the end of a program. */
export interface ProgramEnd {
  /** Times are the run's, or this program's where the target does not tell its epoch. */
  readonly killed: readonly KilledProcess[]
  /** Events, exactly. */
  readonly dropped: number
}

/** How long a thread may lose its processor between reading the clock and writing the record. */
const HOLD_BACK = 10_000_000n
/** Processes beyond these are not traced. */
export const MAX_PROCESSES = 256
const TWO_32 = 2 ** 32

export class ProgramTrace implements Disposable {
  readonly #options: ProgramTraceOptions
  readonly #epoch: bigint
  readonly #threads: MergedThreads
  readonly #translator: Translator
  readonly #sampling: Sampling | undefined
  readonly #processes: Process[] = []
  /** Names of files that have been looked at. */
  readonly #seen = new Set<string>()
  readonly #serials = new Map<bigint, Process>()
  readonly #skipped = new Map<Skipped, number>()
  /** Of processes that were seen to end from outside: how, and when. */
  readonly #exits = new Map<number, { readonly code: number; readonly time: number }>()
  #isOver = false

  constructor(options: ProgramTraceOptions) {
    this.#options = options
    this.#epoch = options.now()
    this.#threads = new MergedThreads(this.#epoch)
    this.#translator = new Translator({
      numbers: options.numbers,
      epoch: this.#epoch,
      section: options.section,
      writerOf: (place) => this.#threads.at(place),
      watchThread: (thread) => this.#sampling?.watchThread(thread),
      skip: this.#skip,
    })
    const { sampler, numbers } = options
    const parts = { numbers, epoch: this.#epoch, threads: this.#threads }
    this.#sampling = sampler && new Sampling({ sampler, ...parts, emit: this.#translator.weaveIn })
  }

  /** Events so far. */
  get progressed(): number {
    return this.#translator.events
  }

  /** Absolute time of the newest event; 0n: there was none. */
  get lastEvent(): bigint {
    const last = this.#processes.reduce((most, { lastEvent }) => Math.max(most, lastEvent), 0)
    return this.progressed === 0 ? 0n : this.#epoch + BigInt(Math.floor(last))
  }

  /**
   * Up to here everything has been handed on, as childFrame takes it: also while no thread of the
   * program has been heard of, whose first events are older than what others have said by then.
   */
  get watermark(): bigint {
    // Whoever takes it holds back what is newer than this by as much.
    return this.#epoch + BigInt(Math.floor(this.#threads.frontier)) + HOLD_BACK
  }

  /** In the order in which they were seen. */
  get processes(): readonly TracedProcess[] {
    return this.#processes.map(described)
  }

  /** Keys of what several processes know: of semaphores and shared memory, their names. */
  get sharedNames(): readonly string[] {
    return this.#translator.resources.keys
  }

  /** How much was left out, by why. */
  get skipped(): ReadonlyMap<Skipped, number> {
    return this.#skipped
  }

  /** A process has ended: exit code or minus the signal, and the absolute time. */
  exited(pid: number, code: number, time: bigint): void {
    this.#exits.set(pid, { code, time: this.#since(time) })
  }

  /** Every 8 ms or so. Never throws because of what it reads. */
  tick(): void {
    if (this.#isOver) return
    const now = this.#options.now()
    this.#findFiles()
    this.#drain(now, false)
    this.#sampling?.take()
    const known = this.#since(now - HOLD_BACK)
    this.#threads.advance(this.#sampling?.known(known) ?? known, this.#translator)
    this.#endExited()
    this.#send()
    this.#closeEnded()
  }

  /** The program is gone: takes what is left, and ends what has not said how it ended. */
  finish(exits: ProgramExits): ProgramEnd {
    if (!this.#isOver) this.#takeRest(exits)
    this.#isOver = true
    const dropped = this.#processes.reduce((sum, { file }) => sum + file.dropped, 0)
    const shift = Number(this.#epoch - (this.#options.target.epoch ?? this.#epoch))
    const killed = this.#translator.killed.map((each) => describedKilled(each, shift))
    return { killed, dropped }
  }

  /** Closes and removes the files. */
  dispose(): void {
    this.#isOver = true
    for (const process of this.#processes) {
      process.file.dispose()
      this.#sampling?.unwatch(process)
    }
    for (const name of namesIn(this.#options.folder, ['.trace', '.tmp']))
      remove(join(this.#options.folder, name))
  }

  #takeRest(exits: ProgramExits): void {
    const now = this.#options.now()
    this.#findFiles()
    this.#drain(now, true)
    this.#sampling?.take()
    this.#threads.finish(this.#translator)
    const end = Math.max(this.#since(now), this.#threads.frontier)
    for (const process of this.#processes) {
      const { pid, said } = process
      const code = exits.codes.get(pid) ?? this.#translator.reaped.get(pid) ?? said
      this.#translator.endProcess(process, end, code ?? exits.otherwise)
    }
    this.#send()
    this.#closeEnded()
  }

  /** Once all is known up to then: its lanes end when it did, not when what it left is gone. */
  #endExited(): void {
    const { frontier } = this.#threads
    for (const process of this.#processes) {
      const exit = this.#exits.get(process.pid)
      if (exit && process.state === 'alive' && frontier >= exit.time)
        this.#translator.endProcess(process, frontier, exit.code)
    }
  }

  #findFiles(): void {
    const { folder } = this.#options
    const found: TraceFile[] = []
    for (const name of namesIn(folder, ['.trace'])) {
      if (this.#seen.has(name)) continue
      this.#seen.add(name)
      if (this.#processes.length + found.length >= MAX_PROCESSES) {
        this.#skip('more processes than are traced')
        // Else a program that starts processes for ever would fill the memory with them.
        remove(join(folder, name))
        continue
      }
      const file = TraceFile.open(join(folder, name))
      if (file.ok) found.push(file.value)
      else this.#skip(file.failure)
    }
    // A folder lists its files in any order; a forked process is known by its parent's.
    found.sort((one, other) => Number(one.header.made - other.header.made))
    for (const file of found) this.#add(file)
  }

  #add(file: TraceFile): void {
    const { pid, name, serial, parentSerial, gilIsOn } = file.header
    const process: Process = {
      ...{ file, pid, name },
      parent: parentSerial === 0n ? undefined : this.#serials.get(parentSerial),
      threads: new Map(),
      idents: new Map(),
      main: 0,
      sources: [],
      free: [],
      resources: new Map(),
      declared: new Map(),
      sampled: undefined,
      gilIsOn,
      lastEvent: 0,
      dropped: 0,
      said: undefined,
      hasEndedItself: false,
      endedThreads: new Set(),
      state: 'alive',
    }
    this.#processes.push(process)
    this.#serials.set(serial, process)
    this.#translator.identities.add(process)
    this.#sampling?.watch(process)
  }

  #drain(now: bigint, isLast: boolean): void {
    const since = this.#since(now)
    for (const process of this.#processes) {
      if (process.state !== 'alive') continue
      process.file.drain(this.#targetOf(process), since, isLast)
      process.name = process.file.name || process.name
    }
  }

  #targetOf(process: Process): RecordTarget {
    const { threads } = process
    const high = Number(this.#epoch >> 32n)
    const low = Number(this.#epoch & 0xffff_ffffn)
    return {
      records: (number, records) => {
        if (process.endedThreads.has(number)) return this.#skip('record of a thread that has ended')
        const thread =
          threads.get(number) ??
          this.#threads.add(process, number, this.#translator.identities.in(process, number))
        thread.queue.push(records)
      },
      sealed: (number) => {
        const thread = threads.get(number)
        if (thread) this.#threads.seal(thread)
      },
      skip: this.#skip,
      timeOf: (timeLow, timeHigh) => (timeHigh - high) * TWO_32 + (timeLow - low),
    }
  }

  #send(): void {
    const { target } = this.#options
    const { frontier } = this.#threads
    const { watermark } = this
    for (const process of this.#processes) {
      this.#translator.reportDrops(process, frontier)
      if (process.state === 'closed') continue
      for (const { id, frame } of process.sources) {
        const records = frame.take()
        target.childFrame({ source: id, pid: process.pid, watermark, records })
      }
    }
  }

  /** Nothing more comes from processes that have ended. */
  #closeEnded(): void {
    for (const process of this.#processes) {
      if (process.state !== 'ended') continue
      process.state = 'closed'
      for (const { id } of process.sources) this.#options.target.endSource(id, LaneEnd.terminated)
      this.#threads.release(process)
      process.file.dispose()
      this.#sampling?.unwatch(process)
    }
  }

  #skip = (why: Skipped): void => {
    this.#skipped.set(why, (this.#skipped.get(why) ?? 0) + 1)
  }

  #since(time: bigint): number {
    return Number(time - this.#epoch)
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Somebody else has removed it.
  }
}

/** Files of the folder whose names end so; none where it cannot be read. */
function namesIn(folder: string, endings: readonly string[]): string[] {
  try {
    return readdirSync(folder).filter((name) => endings.some((ending) => name.endsWith(ending)))
  } catch {
    return []
  }
}
