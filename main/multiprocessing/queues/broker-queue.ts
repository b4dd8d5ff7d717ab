/**
 * One queue of the broker: its items, the processes that use it, and what each is owed.
 *
 * A process that alone reads the queue is handed items ahead of its gets. As soon as another one
 * reads it, too, whatever lies unused in the first is taken back, and from then on an item goes
 * only to a process in which a thread waits for it: so items are got in the order they came, and
 * no slow process sits on what others could have. Only an item that comes back, because its reader
 * died or gave up waiting in that moment, can be got after later ones.
 */
import { FrameError } from '../frames.ts'
import type { BrokerLink, QueueLoss } from './broker.ts'
import type { ProcessQueueReference } from '../job.ts'
import { PipeEnds } from './pipe-ends.ts'
import type { ToBroker } from '../messages.ts'
import type { Segment } from './records.ts'
import { newMember, type Member } from './member.ts'
import { SegmentStore } from './store.ts'
import { UnfinishedItems, type Question } from './unfinished.ts'

/** Putters hold back while a queue stores more than this, and go on below half of it. */
export const HOLD_BYTES = 64 * 2 ** 20
/** What an item costs the runner beside its bytes, roughly. */
const ITEM_OVERHEAD_BYTES = 16
/** One message carries about this much, unless a single item is larger. */
const MESSAGE_BYTES = 64 * 1024
/** How often processes are told a size that changed. Milliseconds. */
const TICK_MILLISECONDS = 5

/** How long the others wait for what is recalled: far longer than a process that runs needs. */
const RECALL_MILLISECONDS = 100

type Want = Extract<ToBroker, { type: 'want' }>

export class BrokerQueue {
  readonly #id: number
  readonly #maxsize: number
  readonly #store = new SegmentStore()
  readonly #members = new Map<number, Member>()
  readonly #ends: PipeEnds
  readonly #unfinished = new UnfinishedItems()
  #arrived = 0
  #holding = false
  /** Items handed out and not yet said to be taken. */
  #out = 0
  /** Whose turn it is when several wait: the one that was served longest ago. */
  #order: Member[] = []
  #tick: NodeJS.Timeout | undefined
  #disposed = false

  constructor(queue: ProcessQueueReference) {
    this.#id = queue.id
    this.#maxsize = queue.maxsize
    this.#ends = new PipeEnds(queue.id)
  }

  has(process: number): boolean {
    return this.#members.has(process)
  }

  member(link: BrokerLink): Member {
    const known = this.#members.get(link.process)
    if (known !== undefined) return known
    const member = newMember(link, (bytes, count) => this.#arrive(member, bytes, count))
    this.#members.set(link.process, member)
    this.#order.push(member)
    if (this.#holding) this.#tell(member)
    this.#schedule()
    return member
  }

  put(member: Member, bytes: Uint8Array): void {
    member.assembler.push(bytes)
    this.#hold()
    this.serve()
  }

  want(member: Member, message: Want): void {
    this.#acknowledge(member, message.taken)
    member.waiting = message.waiting
    member.limit = message.limit
    member.wanted = message.places
    if (member.limit > member.delivered) member.reads = true
    const shared = this.#isShared
    for (const each of this.#order) {
      // Before anything is taken back from it: from now on it must say who waits.
      if (each.toldShared !== shared) this.#tell(each)
      this.#recallFrom(each)
    }
    this.serve()
  }

  unget(member: Member, taken: number, received: number, places: number): void {
    if (received !== member.delivered) throw new FrameError('unget of items that were not given')
    this.#acknowledge(member, taken)
    this.#giveBack(member)
    // As if they had been taken: what was returned no longer counts on either side.
    member.returned += received - member.taken
    member.taken = received
    member.waiting = received
    member.limit = received
    member.granted = places
    member.wanted = places
    member.recalledAt = undefined
    this.serve()
  }

  setEnds(member: Member, reads: boolean, writes: boolean): void {
    this.#ends.set(member.link.process, { reads, writes })
    this.serve()
  }

  done(member: Member, count: number): void {
    this.#unfinished.done(member.link.process, count)
    this.serve()
  }

  ask(member: Member, question: Question): void {
    this.#unfinished.ask(member.link, question)
    this.serve()
  }

  /** It has an open end of this Pipe that reads. */
  isReadBy(process: number): boolean {
    return this.#ends.isReadBy(process)
  }

  /** The process is gone. */
  leave(process: number): QueueLoss | undefined {
    const member = this.#members.get(process)
    if (member === undefined) return undefined
    this.#members.delete(process)
    this.#order = this.#order.filter((other) => other !== member)
    const returned = member.unacknowledged.count
    this.#ends.leave(process)
    this.#unfinished.leave(process)
    this.#giveBack(member)
    this.serve()
    return { queue: this.#id, partial: member.assembler.partial, returned }
  }

  /** Hands out what can be handed out, and places what can be placed. */
  serve(): void {
    if (this.#disposed) return
    while (this.#store.count > 0 && !this.#isRecalling) {
      const accepting = this.#order.filter(
        (member) => this.#accepted(member) > 0 && !member.link.isCongested,
      )
      const next = accepting[0]
      if (next === undefined) break
      const share = Math.ceil(this.#store.count / accepting.length)
      this.#hand(next, Math.min(share, this.#accepted(next)))
      this.#order = [...this.#order.filter((member) => member !== next), next]
    }
    // What nobody can read any more is dropped, as a pipe of the system does.
    if (!this.#ends.reads) this.#store.takeAll()
    this.#hold()
    this.#grant()
    for (const { link } of this.#order) this.#ends.tell(link, this.#store.count === 0)
    this.#unfinished.answer(
      (process) => this.#members.get(process)?.puts ?? 0,
      // So that whoever has joined the queue finds its size as it is.
      (process) => {
        const member = this.#members.get(process)
        if (member !== undefined) this.#tell(member)
      },
    )
    this.#schedule()
  }

  dispose(): void {
    this.#disposed = true
    clearTimeout(this.#tick)
  }

  /** How many items it can be handed now. */
  #accepted(member: Member): number {
    if (member.recalledAt !== undefined) return 0
    return (this.#isShared ? member.waiting : member.limit) - member.delivered
  }

  /** Several processes read the queue. */
  get #isShared(): boolean {
    return this.#order.filter((member) => member.reads).length > 1
  }

  /** What comes back goes before what others get; but nobody waits long for one that hangs. */
  get #isRecalling(): boolean {
    const since = performance.now() - RECALL_MILLISECONDS
    return this.#order.some(({ recalledAt }) => recalledAt !== undefined && recalledAt > since)
  }

  #arrive(member: Member, bytes: Uint8Array, count: number): void {
    this.#store.push({ bytes, first: this.#arrived, count })
    this.#arrived += count
    this.#unfinished.arrive(count)
    member.puts += count
  }

  #acknowledge(member: Member, taken: number): void {
    const more = taken - member.taken
    if (more < 0 || more > member.unacknowledged.count) {
      throw new FrameError('more items taken than were given')
    }
    if (more === 0) return
    member.unacknowledged.drop(more)
    member.taken = taken
    this.#out -= more
  }

  #giveBack(member: Member): void {
    const segments = member.unacknowledged.takeAll()
    for (const segment of segments) this.#out -= segment.count
    this.#store.restore(segments)
  }

  #hand(member: Member, count: number): void {
    let left = count
    while (left > 0) {
      const segment = this.#store.take(left, MESSAGE_BYTES)
      if (segment === undefined) return
      left -= segment.count
      member.delivered += segment.count
      member.unacknowledged.push(segment)
      this.#out += segment.count
      this.#send(member, segment)
      if (member.link.isCongested) return
    }
  }

  #send(member: Member, { bytes, count }: Segment): void {
    for (let from = 0; from < bytes.length; from += MESSAGE_BYTES) {
      const part =
        bytes.length <= MESSAGE_BYTES ? bytes : bytes.subarray(from, from + MESSAGE_BYTES)
      // What is longer than a message is one record.
      const begins = from === 0 ? count : 0
      member.link.send({ type: 'item', queue: this.#id, count: begins, bytes: part })
    }
  }

  /** Items in the queue, as `qsize` counts them: put and not taken. */
  get #size(): number {
    return this.#store.count + this.#out
  }

  /** Places in use: by items, and by putters that were let in and have not put yet. */
  get #used(): number {
    let used = this.#size
    for (const member of this.#members.values()) used += Math.max(0, member.granted - member.puts)
    return used
  }

  #grant(): void {
    if (this.#maxsize === 0) return
    let free = this.#maxsize - this.#used
    if (free <= 0) return
    for (const member of this.#order) {
      const granted = Math.min(free, member.wanted - member.granted)
      if (granted <= 0 || member.recalledAt !== undefined) continue
      member.granted += granted
      free -= granted
      this.#tell(member)
    }
  }

  #hold(): void {
    const bytes = this.#store.bytes + this.#store.count * ITEM_OVERHEAD_BYTES
    if (this.#holding ? bytes > HOLD_BYTES / 2 : bytes <= HOLD_BYTES) return
    this.#holding = !this.#holding
    for (const member of this.#members.values()) this.#tell(member)
  }

  #base(member: Member): number {
    return this.#size - member.puts + member.taken - member.returned
  }

  #tell(member: Member): void {
    member.toldBase = this.#base(member)
    member.toldShared = this.#isShared
    member.link.send({
      type: 'state',
      queue: this.#id,
      places: member.granted,
      hold: this.#holding,
      base: member.toldBase,
      shared: member.toldShared,
    })
  }

  /** Takes back items that nobody waits for in a shared queue, and places that nobody uses. */
  #recallFrom(member: Member): void {
    const surplus = this.#isShared && member.waiting < member.delivered
    if (member.recalledAt !== undefined) return
    if ((!surplus || member.unacknowledged.count === 0) && member.wanted >= member.granted) return
    member.recalledAt = performance.now()
    member.link.send({ type: 'recall', queue: this.#id })
  }

  #schedule(): void {
    if (this.#tick !== undefined || this.#disposed) return
    const stale = this.#order.some((member) => this.#base(member) !== member.toldBase)
    if (!stale && !(this.#isRecalling && this.#store.count > 0)) return
    this.#tick = setTimeout(() => this.#onTick(), TICK_MILLISECONDS)
    this.#tick.unref()
  }

  #onTick(): void {
    this.#tick = undefined
    for (const member of this.#order) if (this.#base(member) !== member.toldBase) this.#tell(member)
    this.serve()
  }
}
