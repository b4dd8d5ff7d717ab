/** The segments of a session, decoded as far as they are looked at. */
import { SEGMENT } from './levels.ts'
import type { SegmentDraft, SegmentStore } from './segment.ts'

/** Decoded segments and heads of a session take at most about this much memory. */
const CACHE_BYTES = 64 * 2 ** 20
/**
 * Entries that one query decodes at most, beyond those in memory: while it does, a live run's rings
 * are not drained. What is left out is asked for again, and what was decoded is in the cache then.
 */
const QUERY_ENTRIES = 64 * SEGMENT
/** What decoding a head costs, in entries. */
const HEAD_COST = SEGMENT / 8

/** What a query may still decode. */
export class Budget {
  #left: number
  /** Something was left out: asked again, it would be there. */
  ranOut = false
  /** Parts that could not be read: not tried twice. */
  readonly missing = new Set<number>()

  constructor(entries = QUERY_ENTRIES) {
    this.#left = entries
  }

  spend(entries: number): boolean {
    if (this.#left >= entries) {
      this.#left -= entries
      return true
    }
    this.ranOut = true
    return false
  }
}

/** How exactly a query needs to know a time. */
export interface Reach {
  /** Nanoseconds: what is shorter need not be looked into. 0: everything is exact. */
  readonly resolution: number
  /** The same for blocks, whose entries are decoded one by one; not less. Default: `resolution`. */
  readonly blockResolution?: number
  readonly budget: Budget
}

export interface Decoded {
  /** Of memory. */
  readonly bytes: number
}

export class Archive {
  readonly #store: SegmentStore
  #streams = 0
  /** Used since `#old` was last thrown away; together they are the least recently used cache. */
  #young = new Map<number, Decoded>()
  #old = new Map<number, Decoded>()
  #youngBytes = 0

  constructor(store: SegmentStore) {
    this.#store = store
  }

  newStream(): number {
    return this.#streams++
  }

  put(draft: SegmentDraft): number {
    return this.#store.put(draft)
  }

  /** Undefined: it cannot be read, or not within the budget. */
  head<Head extends Decoded>(
    segment: number,
    Type: abstract new (...fields: never[]) => Head,
    decode: (bytes: Uint8Array) => Head | undefined,
    budget?: Budget,
  ): Head | undefined {
    const found = this.#cached(segment * 2)
    if (found instanceof Type) return found
    if (budget && (budget.missing.has(segment * 2) || !budget.spend(HEAD_COST))) return undefined
    const bytes = this.#store.head(segment)
    const decoded = bytes && decode(bytes)
    if (decoded) this.#keep(segment * 2, decoded)
    else budget?.missing.add(segment * 2)
    return decoded
  }

  /** Undefined: it cannot be read, or not within the budget. */
  body<Body extends Decoded>(
    segment: number,
    Type: abstract new (...fields: never[]) => Body,
    decode: (bytes: Uint8Array) => Body | undefined,
    budget?: Budget,
  ): Body | undefined {
    const found = this.#cached(segment * 2 + 1)
    if (found instanceof Type) return found
    if (budget && (budget.missing.has(segment * 2 + 1) || !budget.spend(SEGMENT))) return undefined
    const bytes = this.#store.body(segment)
    const decoded = bytes && decode(bytes)
    if (decoded) this.#keep(segment * 2 + 1, decoded)
    else budget?.missing.add(segment * 2 + 1)
    return decoded
  }

  #cached(key: number): Decoded | undefined {
    const young = this.#young.get(key)
    if (young) return young
    const old = this.#old.get(key)
    if (old) this.#keep(key, old)
    return old
  }

  #keep(key: number, part: Decoded): void {
    if (this.#youngBytes + part.bytes > CACHE_BYTES / 2) {
      this.#old = this.#young
      this.#young = new Map()
      this.#youngBytes = 0
    }
    this.#young.set(key, part)
    this.#youngBytes += part.bytes
  }
}
