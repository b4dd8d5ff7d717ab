/**
 * Takes the events of all processes of a program in the order of their times, gives threads,
 * resources and items the numbers of the run, and writes them into the frames of its sources.
 */
import {
  EventKind,
  GilSource,
  HOLDER_UNKNOWN,
  LaneEnd,
  LaneKind,
  MarkKind,
  ResourceKind,
} from '../../trace/model.ts'
import type { EventSink } from '../../trace/source-queue.ts'
import { Activity } from '../sampler/samples.ts'
import { endOf } from './endings.ts'
import { Frame } from './frame.ts'
import type { Skipped } from './header.ts'
import { Identities } from './identities.ts'
import { Items } from './items.ts'
import { ProbeKind } from './layout.ts'
import type { Declaration, Process, Source, Strand, Thread } from './process.ts'
import { Resources } from './resources.ts'
import type { RunNumbers } from './run-numbers.ts'
import { SampleKind } from './sample-records.ts'
import type { Emit } from './weave.ts'

const TWO_32 = 2 ** 32

export interface TranslatorOptions {
  readonly numbers: RunNumbers
  readonly epoch: bigint
  readonly section: { readonly label: string; readonly repeat: number }
  /** Who wrote what stands at this place among the merged: a thread, or a process's sampler. */
  readonly writerOf: (place: number) => Thread | Process | undefined
  readonly watchThread: (thread: Thread) => void
  readonly skip: (why: Skipped) => void
}

/** A process that a signal ended. */
export interface Killed {
  readonly process: Process
  readonly code: number
  readonly time: number
}

export class Translator implements EventSink {
  readonly resources: Resources
  readonly identities: Identities
  /** Exit codes of the processes that their parents have seen end, by pid. */
  readonly reaped = new Map<number, number>()
  readonly killed: Killed[] = []
  /** Taken so far; samples are none. */
  events = 0
  readonly #options: TranslatorOptions
  readonly #items = new Items()
  #hasEnded = false
  /** Where the last record stands in its frame; -1: it was not written. */
  #written = -1

  constructor(options: TranslatorOptions) {
    this.#options = options
    this.resources = new Resources(options.numbers)
    this.identities = new Identities(options.numbers)
  }

  /** @param place of the thread among the merged ones. */
  event(
    place: number,
    time: number,
    kind: number,
    resource: number,
    a: number,
    b: number,
    c: number,
    text: string,
  ): void {
    const writer = this.#options.writerOf(place)
    if (!writer) return
    if (!('process' in writer)) return this.#sample(writer, time, kind, a, b)
    const thread = writer
    const { process } = thread
    if (time > process.lastEvent) process.lastEvent = time
    this.events++
    switch (kind) {
      case EventKind.acquire:
      case EventKind.release:
      case EventKind.set:
      case EventKind.clear:
      case EventKind.notify:
      case EventKind.taskStart:
      case EventKind.taskEnd:
      case EventKind.usage:
        return this.#write(thread, time, kind, this.#number(thread, time, resource), a, b, c)
      case EventKind.put:
      case EventKind.get:
        return this.#pass(thread, time, kind, resource, a, b, c)
      case EventKind.waitBegin: {
        const holder = a === HOLDER_UNKNOWN ? a : this.identities.of(process, a)
        return this.#write(thread, time, kind, this.#number(thread, time, resource), holder, b, c)
      }
      case EventKind.waitEnd: {
        const number = this.#number(thread, time, resource)
        return this.#write(thread, time, kind, number, a, this.identities.of(process, b), c)
      }
      case EventKind.state:
        return this.#write(thread, time, kind, 0, a, this.identities.of(process, b), c)
      case EventKind.dropRequest:
        return this.#write(thread, time, kind, 0, this.identities.of(process, a), b, c)
      case EventKind.location:
        return this.#write(thread, time, kind, this.#number(thread, time, resource), a, b, c, text)
      case EventKind.laneStart:
        return this.#begin(thread, time, a, b, c, text)
      case EventKind.laneEnd:
        process.hasEndedItself ||= thread.current.ident === process.main
        return this.#end(thread, thread.current, time, b, c)
      case EventKind.resource:
        return this.#declare(thread, time, resource, a, b, c, text)
      case EventKind.output:
        return this.#tell(thread, time, kind, a, b, c, text)
      case EventKind.mark:
        if (a === MarkKind.note) this.#tell(thread, time, kind, a, b, c, text)
        return
      case ProbeKind.begin:
        return this.#section(thread, time, MarkKind.sectionBegin)
      case ProbeKind.end:
        process.said = a | 0
        return this.#section(thread, time, MarkKind.sectionEnd)
      case ProbeKind.child:
        return this.#child(thread, time, a, b, c, text)
      case ProbeKind.lane:
        return this.#switchTo(thread, a, b)
      case ProbeKind.thread:
        Object.assign(thread, { native: a, threadState: b + c * TWO_32 })
        return this.#options.watchThread(thread)
      case ProbeKind.gil:
        process.gilIsOn = a !== 0
        if (process.sampled) process.sampled.weave.hasGil = process.gilIsOn
        return
      default:
        this.#options.skip('record of an unknown kind')
    }
  }

  /** The process is gone: what of it has not said how it ended has ended so. */
  endProcess(process: Process, time: number, code: number): void {
    if (process.state !== 'alive') return
    process.state = 'ended'
    const how = endOf(code)
    if (code < 0 && !process.hasEndedItself) this.killed.push({ process, code, time })
    for (const thread of process.threads.values()) {
      // Threads that do not hold their process up are cut off with it.
      if (thread.own.ident === process.main) this.#end(thread, thread.own, time, how, code)
      else this.#end(thread, thread.own, time, how === LaneEnd.killed ? how : LaneEnd.terminated, 0)
    }
  }

  /** Tells of events that were dropped since it was last asked. */
  reportDrops(process: Process, time: number): void {
    const more = process.file.dropped - process.dropped
    const source = process.sources[0]
    if (more <= 0 || !source) return
    process.dropped = process.file.dropped
    source.frame.add(time, EventKind.dropped, 0, more >>> 0, process.dropped >>> 0, 0)
  }

  #sample(process: Process, time: number, kind: number, a: number, b: number): void {
    const weave = process.sampled?.weave
    if (kind === SampleKind.holder) weave?.holder(a + b * TWO_32)
    else if (kind === SampleKind.settle) weave?.settle(time)
    else if (kind === SampleKind.activity) weave?.activity(time, a, ACTIVITIES[b] ?? Activity.gone)
  }

  /** What is woven in between the events of a thread. */
  weaveIn: Emit<Thread> = (thread, time, kind, resource, a, b, c) => {
    const { sampled } = thread.process
    const { source, state } = thread.own
    if (!source || !sampled || state !== 'alive') return
    const { latest, declared, gil } = sampled
    const capacity = latest?.reading === 'measured' ? GilSource.sampled : GilSource.estimated
    if (resource === gil && declared !== capacity) {
      sampled.declared = capacity
      const { name, file } = thread.process
      const text = file.header.role === 'main' ? 'GIL' : `GIL\n${name}`
      source.frame.add(time, EventKind.resource, gil, ResourceKind.gil, capacity, 0, text)
    }
    source.frame.add(time, kind, resource, a, b, c)
  }

  #pass(
    thread: Thread,
    time: number,
    kind: typeof EventKind.put | typeof EventKind.get,
    resource: number,
    item: number,
    depth: number,
    bytes: number,
  ): void {
    const number = this.#number(thread, time, resource)
    const items = this.#items
    const isPut = kind === EventKind.put
    const known = isPut ? items.put(number, item, time) : items.get(number, item)
    this.#write(thread, time, kind, number, known, items.depth(number, depth), bytes)
    const { source } = thread.current
    if (!isPut && this.#written >= 0 && source) items.got(number, source.frame, this.#written)
  }

  #number(thread: Thread, time: number, id: number): number {
    const known = id === 0 ? 0 : thread.process.resources.get(id)
    if (known !== undefined) return known
    return this.resources.numberOf(thread.process, id, (number, declaration) => {
      this.#announce(thread, time, number, declaration)
    })
  }

  #declare(
    thread: Thread,
    time: number,
    id: number,
    kind: number,
    capacity: number,
    isShared: number,
    text: string,
  ): void {
    const [name = '', place = '', key = ''] = text.split('\n')
    const declaration = {
      ...{ kind, capacity },
      text: place === '' ? name : `${name}\n${place}`,
      key: isShared === 0 ? '' : key,
    }
    const [number, isNew] = this.resources.declare(thread.process, id, declaration)
    if (isNew) this.#announce(thread, time, number, declaration)
  }

  #announce(thread: Thread, time: number, number: number, declaration: Declaration): void {
    const { kind, capacity, text } = declaration
    const { frame } = this.#sourceFor(thread)
    frame.add(time, EventKind.resource, number, kind, capacity, 0, text)
  }

  #begin(
    thread: Thread,
    time: number,
    number: number,
    starter: number,
    saidKind: number,
    said: string,
  ): void {
    const { process } = thread
    const strand = thread.current
    const isMain = process.main === 0
    const by = isMain
      ? this.identities.becomesMain(process, number, starter)
      : this.identities.of(process, starter)
    // The server of forkserver has no name, and nobody but the library starts anything in it.
    const isServer = isMain && process.file.header.role === 'server'
    const name = isServer ? process.name || 'Fork server' : said
    const kind = isServer ? LaneKind.process : saidKind
    if (isMain) process.name ||= name
    strand.ident = this.identities.of(process, number) || strand.ident
    strand.source ??= this.#freeSource(process)
    strand.state = 'alive'
    strand.source.frame.add(time, EventKind.laneStart, 0, strand.ident, by, kind, name)
    if (strand === thread.own)
      process.sampled?.weave.begin(thread, time, thread.native, thread.threadState)
  }

  #end(thread: Thread, strand: Strand, time: number, how: number, code: number): void {
    const { source } = strand
    if (strand.state !== 'alive' || !source) return
    if (strand === thread.own) thread.process.sampled?.weave.end(thread, time)
    source.frame.add(time, EventKind.laneEnd, 0, strand.ident, how, code >>> 0)
    strand.state = 'ended'
    if (strand === thread.own)
      for (const task of thread.tasks.values()) this.#end(thread, task, time, LaneEnd.terminated, 0)
    // A server has as many as requests: what still comes of this one knows it as the current.
    else thread.tasks.delete(strand.task)
    // Whoever comes next in this process goes on with it.
    strand.source = undefined
    thread.process.free.push(source)
  }

  #switchTo(thread: Thread, task: number, number: number): void {
    if (task === 0) {
      thread.current = thread.own
      return
    }
    let strand = thread.tasks.get(task)
    if (!strand) {
      const ident = this.identities.in(thread.process, number)
      thread.tasks.set(task, (strand = { task, ident, source: undefined, state: 'expected' }))
    }
    thread.current = strand
  }

  #child(
    thread: Thread,
    time: number,
    pid: number,
    what: number,
    code: number,
    text: string,
  ): void {
    if (what === 0) this.identities.started(pid, thread, text)
    else {
      this.reaped.set(pid, code | 0)
      const child = this.identities.process(pid)
      if (child) this.endProcess(child, time, code | 0)
    }
  }

  #section(thread: Thread, time: number, mark: MarkKind): void {
    if (thread.process.file.header.role !== 'main' || this.#hasEnded) return
    this.#hasEnded = mark === MarkKind.sectionEnd
    const { label, repeat } = this.#options.section
    this.#tell(thread, time, EventKind.mark, mark, repeat, 0, label)
  }

  /** What is no lane's. */
  #tell(
    thread: Thread,
    time: number,
    kind: EventKind,
    a: number,
    b: number,
    c: number,
    text: string,
  ): void {
    this.#sourceFor(thread).frame.add(time, kind, 0, a, b, c, text)
  }

  /** What the thread, or its task, does. */
  #write(
    thread: Thread,
    time: number,
    kind: EventKind,
    resource: number,
    a: number,
    b: number,
    c: number,
    text = '',
  ): void {
    const { current } = thread
    this.#written = -1
    if (current.state === 'ended') return this.#options.skip('record of a thread that has ended')
    // Its beginning was dropped.
    if (current.state === 'expected') this.#makeUp(thread, time)
    const weave = thread.process.sampled?.weave
    // Of a task it is only known that its thread runs.
    if (current !== thread.own) weave?.event(thread, time, EventKind.usage, 0, 0, 0, 0)
    else if (weave?.event(thread, time, kind, resource, a, b, c) === false) return
    this.#written = current.source?.frame.add(time, kind, resource, a, b, c, text) ?? -1
  }

  #makeUp(thread: Thread, time: number): void {
    const { process, number } = thread
    const isMain = process.main === 0
    const kind = !isMain
      ? LaneKind.thread
      : process.file.header.role === 'main'
        ? LaneKind.main
        : LaneKind.process
    const name = isMain ? process.name || 'MainThread' : `Thread ${number}`
    this.#begin(thread, time, thread.current === thread.own ? number : 0, 0, kind, name)
  }

  #sourceFor(thread: Thread): Source {
    const { current, process } = thread
    if (current.source) return current.source
    if (current.state === 'ended' && process.sources[0]) return process.sources[0]
    return (current.source = this.#freeSource(process))
  }

  #freeSource(process: Process): Source {
    const free = process.free.pop()
    if (free) return free
    const source = { id: this.#options.numbers.source(), frame: new Frame(this.#options.epoch) }
    process.sources.push(source)
    return source
  }
}

const ACTIVITIES: readonly Activity[] = Object.values(Activity)
