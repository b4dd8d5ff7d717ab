/**
 * The event-loop thread's side of one process queue in one process: CPython's feeder thread. It
 * moves what threads put to the broker and what the broker sends to the threads, and tells the
 * broker how much this process accepts.
 *
 * Without look-ahead every get costs a round trip to the runner. So a process asks for more than
 * its threads wait for, and for twice as much whenever they have emptied it quickly; the broker
 * grants that to a process that reads the queue alone.
 */
import { notify } from '../../threading/futex.ts'
import type { FromBroker, ToBroker } from '../messages.ts'
import type { QueueMemory } from './queue-memory.ts'
import { Word } from './queue-memory.ts'
import { announceArrival } from '../arrivals.ts'

/** The way to the broker. */
export interface EndpointLink {
  readonly isCongested: boolean
  /** For large items (large-items.ts); undefined: they go through the link. */
  readonly itemFolder?: string | undefined
  send(message: ToBroker): void
}

const MESSAGE_BYTES = 64 * 1024
/** Bounds of the look-ahead: items, and bytes unless two items have more. */
const MAX_LOOK_AHEAD = 16_384
const LOOK_AHEAD_BYTES = 4 * 2 ** 20
/** From so many puts in one go on this thread comes by itself, after this time. */
const MANY_PUTS = 16
const QUIET_MILLISECONDS = 1
/** With so much look-ahead the broker knows in time, and threads that wait need not say so. */
const MUCH_LOOK_AHEAD = 64
/** An in ring emptied again within this time was too small. Milliseconds. */
const QUICK_MILLISECONDS = 4

interface Want {
  readonly taken: number
  readonly waiting: number
  readonly limit: number
  readonly places: number
}

const sameWant = (one: Want, other: Want | undefined): boolean =>
  one.taken === other?.taken &&
  one.waiting === other.waiting &&
  one.limit === other.limit &&
  one.places === other.places

/** Copying to shared memory is eight times as fast from a multiple of eight bytes (measured). */
const aligned = (bytes: Uint8Array): Uint8Array =>
  (bytes.byteOffset & 7) === 0 ? bytes : Uint8Array.prototype.slice.call(bytes)

export class QueueEndpoint {
  readonly #queue: number
  readonly #memory: QueueMemory
  readonly #link: EndpointLink
  #hold = false
  /** Received and not yet in the in ring. */
  #backlog: Uint8Array[] = []
  /** Totals. `#received`: records that have come; `#skipped`: of these, given back. */
  #received = 0
  #skipped = 0
  #takenWord = 0
  #takenByThreads = 0
  #askedWord = 0
  #askedByThreads = 0
  #meanBytes = 16
  #granted = 0
  #lookAhead = 0
  #putsSeen = 0
  #timer: NodeJS.Timeout | undefined
  /** Other processes read the queue, too. */
  #shared = false
  #dryAt = 0
  #takenAtDry = 0
  #recalled = false
  /** Undefined: the broker does not know of this process yet, and tells it no sizes. */
  #sent: Want | undefined
  #probesSent = 0
  #readsSaid = false
  #writesSaid = false
  /** Nothing will come after what has come. */
  #ending = false
  #doneWord = 0
  #done = 0
  #asks = 0
  readonly #answers = new Map<number, (granted: boolean) => void>()

  constructor(queue: number, memory: QueueMemory, link: EndpointLink) {
    this.#queue = queue
    this.#memory = memory
    this.#link = link
  }

  get memory(): QueueMemory {
    return this.#memory
  }

  /** Whether everything put has been handed to the link, or need not be. */
  get isFlushed(): boolean {
    return this.#memory.out.used === 0 || this.#memory.is(Word.joinCancelled)
  }

  /** @param puts the process's so far, modulo 2^32. Resolves when the broker has answered. */
  ask(about: 'done' | 'join', puts: number): Promise<boolean> {
    // What this process has put and done is said before.
    this.service()
    const ask = ++this.#asks
    return new Promise((resolve) => {
      this.#answers.set(ask, resolve)
      this.#link.send({ type: 'ask', queue: this.#queue, ask, about, puts: puts >>> 0 })
    })
  }

  /**
   * Does whatever there is to do: called when the bell rang, the link drained, or now and then.
   * @param tells the broker is told also what need not be told at once.
   */
  service(tells = false): void {
    // Before anything else is looked at: a thread changes what it asks about first and counts its
    // probe then, so what this reads afterwards is at least as new as the probe.
    const probes = Atomics.load(this.#memory.words, Word.probes)
    this.#feed()
    this.#calm()
    this.#fill()
    if (this.#recalled) this.#giveBack()
    this.#announce(tells)
    this.#announceDone()
    this.#announceEnds()
    this.#sendProbes(probes)
  }

  /** Says what threads have taken, if the broker does not know it yet. */
  tellTaken(): void {
    if (this.#sent !== undefined && this.#taken !== this.#sent.taken) this.#announce(true)
  }

  receive(message: FromBroker): void {
    switch (message.type) {
      case 'item':
        this.#count(message.count, message.bytes.length)
        this.#backlog.push(aligned(message.bytes))
        this.#fill()
        return
      case 'state':
        this.#hold = message.hold
        this.#shared = message.shared
        Atomics.store(this.#memory.words, Word.base, message.base)
        if (message.places > this.#granted) {
          const more = message.places - this.#granted
          this.#granted = message.places
          this.#memory.addPlaces(more)
        }
        return this.service()
      case 'recall':
        this.#recalled = true
        return this.service()
      case 'probed':
        Atomics.store(this.#memory.words, Word.probed, message.probe | 0)
        notify(this.#memory.words, Word.probed)
        return
      case 'openEnds':
        if (!message.reads) this.#memory.raise(Word.broken)
        this.#ending ||= !message.writes
        return this.service()
      case 'answer':
        this.#answers.get(message.ask)?.(message.granted)
        this.#answers.delete(message.ask)
        return
    }
  }

  /** Sends what threads have put. */
  #feed(): void {
    const { out } = this.#memory
    // A pipe that nobody reads takes everything and keeps nothing.
    if (this.#memory.is(Word.broken)) return out.consume(out.used)
    while (!this.#hold && !this.#link.isCongested) {
      const bytes = Math.min(out.used, MESSAGE_BYTES)
      if (bytes === 0) return
      const copy = Buffer.allocUnsafeSlow(bytes)
      out.read(0, copy, 0, bytes)
      out.consume(bytes)
      this.#link.send({ type: 'put', queue: this.#queue, bytes: copy })
    }
  }

  /**
   * While much is put, threads need not wake this one at every item: it comes by itself. A put
   * that is answered by another one is never held up by that: then there is one at a time.
   */
  #calm(): void {
    const { words } = this.#memory
    const puts = Atomics.load(words, Word.puts)
    const many = ((puts - this.#putsSeen) | 0) >= MANY_PUTS
    this.#putsSeen = puts
    if (this.#timer !== undefined) return
    Atomics.store(words, Word.quiet, many ? 1 : 0)
    if (many) this.#timer = setTimeout(() => this.#look(), QUIET_MILLISECONDS)
  }

  #look(): void {
    this.#timer = undefined
    this.service()
    // No longer quiet: what was put before that word changed has not rung.
    if (this.#timer === undefined) this.service()
  }

  dispose(): void {
    clearTimeout(this.#timer)
  }

  /** Moves what has come into the in ring, as far as there is room. */
  #fill(): void {
    const inward = this.#memory.in
    let published = 0
    let moved = 0
    for (const bytes of this.#backlog) {
      const part = Math.min(bytes.length, inward.free - published)
      inward.setBytes(published, bytes, 0, part)
      published += part
      if (part < bytes.length) {
        this.#backlog[moved] = bytes.subarray(part)
        break
      }
      moved++
    }
    if (moved > 0) this.#backlog.splice(0, moved)
    Atomics.store(this.#memory.words, Word.backlog, this.#backlog.length > 0 ? 1 : 0)
    if (published > 0) inward.publish(published)
    const ends = this.#ending && this.#backlog.length === 0 && !this.#memory.is(Word.ended)
    if (ends) this.#memory.raise(Word.ended)
    if (published > 0 || ends) announceArrival()
  }

  /** @param records that begin in these bytes; none: the rest of the last one. */
  #count(records: number, bytes: number): void {
    this.#received += records
    const share = Math.min(1, records / 16)
    this.#meanBytes += records === 0 ? bytes / 16 : (bytes / records - this.#meanBytes) * share
  }

  /** Items this process has taken or given back. */
  get #taken(): number {
    const word = Atomics.load(this.#memory.words, Word.taken)
    this.#takenByThreads += (word - this.#takenWord) >>> 0
    this.#takenWord = word
    return this.#takenByThreads + this.#skipped
  }

  /** Items this process has taken or given back, or waits for. */
  get #waiting(): number {
    const word = Atomics.load(this.#memory.words, Word.asked)
    this.#askedByThreads += (word - this.#askedWord) | 0
    this.#askedWord = word
    return this.#askedByThreads + this.#skipped
  }

  /** Gives back what no thread has taken, and places that no putter has used. */
  #giveBack(): void {
    const inward = this.#memory.in
    const { words } = inward
    // A thread that is taking an item right now keeps it; the bell rings when it is done.
    if (!inward.tryLock()) return
    this.#recalled = false
    this.#backlog = []
    Atomics.store(words, Word.backlog, 0)
    inward.consume(inward.used)
    const taken = this.#taken
    this.#skipped += this.#received - taken
    inward.unlock()
    this.#granted -= Atomics.exchange(words, Word.places, 0)
    this.#lookAhead = 0
    this.#link.send({
      type: 'unget',
      queue: this.#queue,
      taken,
      received: this.#received,
      places: this.#granted,
    })
    // What the broker has from now on.
    const all = this.#received
    this.#sent = { taken: all, waiting: all, limit: all, places: this.#granted }
  }

  #announce(tells: boolean): void {
    const { words } = this.#memory
    const taken = this.#taken
    const waiting = this.#waiting
    if (waiting > taken && this.#received === taken) this.#adaptLookAhead(taken)
    const limit = Math.max(waiting, taken + this.#lookAhead)
    const putters = Atomics.load(words, Word.putters)
    const used = this.#granted - Math.max(0, Atomics.load(words, Word.places))
    const want = { taken, waiting, limit, places: used + putters }
    if (!sameWant(want, this.#sent) && (tells || !this.#isEnough(want))) {
      this.#sent = want
      // At half of it: what comes meanwhile is asked for in time.
      Atomics.store(words, Word.refillAt, (this.#takenWord + (this.#lookAhead >>> 1)) | 0)
      this.#link.send({ type: 'want', queue: this.#queue, ...want })
    }
    const inAdvance = this.#isAlone && this.#lookAhead >= MUCH_LOOK_AHEAD
    const told = inAdvance ? (this.#sent?.limit ?? waiting) : waiting
    // It may shrink: a thread that has just looked at it is seen at the next tick (hub.ts).
    Atomics.store(words, Word.told, (this.#askedWord + told - waiting) | 0)
  }

  /** Nobody else waits for items or places. */
  get #isAlone(): boolean {
    return !this.#shared && !this.#memory.is(Word.bounded)
  }

  /** Whether what the broker was told last makes it hand out what threads need. */
  #isEnough({ limit, waiting }: Want): boolean {
    const sent = this.#sent
    if (sent === undefined || !this.#isAlone) return false
    return waiting <= sent.limit && limit - sent.limit < this.#lookAhead >>> 1
  }

  /** Threads wait and there is nothing for them. */
  #adaptLookAhead(taken: number): void {
    if (taken === this.#takenAtDry) return
    const now = performance.now()
    const quick = now - this.#dryAt < QUICK_MILLISECONDS
    const room = Math.max(2, Math.floor(LOOK_AHEAD_BYTES / this.#meanBytes))
    const doubled = Math.min(MAX_LOOK_AHEAD, room, Math.max(2, this.#lookAhead * 2))
    this.#lookAhead = quick ? doubled : 0
    this.#dryAt = now
    this.#takenAtDry = taken
  }

  #announceDone(): void {
    const word = Atomics.load(this.#memory.words, Word.done)
    if (word === this.#doneWord) return
    this.#done += (word - this.#doneWord) >>> 0
    this.#doneWord = word
    this.#link.send({ type: 'done', queue: this.#queue, count: this.#done })
  }

  /** Of a Pipe. That the last end that writes was closed is said after all it has written. */
  #announceEnds(): void {
    const { words, out } = this.#memory
    const reads = Atomics.load(words, Word.readEnds) > 0
    let writes = Atomics.load(words, Word.writeEnds) > 0
    if (!writes && this.#writesSaid && out.used > 0) writes = true
    if (reads === this.#readsSaid && writes === this.#writesSaid) return
    this.#readsSaid = reads
    this.#writesSaid = writes
    this.#link.send({ type: 'ends', queue: this.#queue, reads, writes })
  }

  /** After `want`, so that the broker answers with what was asked for. */
  #sendProbes(probes: number): void {
    if (probes === this.#probesSent) return
    this.#probesSent = probes
    this.#link.send({ type: 'probe', queue: this.#queue, probe: probes >>> 0 })
  }
}
