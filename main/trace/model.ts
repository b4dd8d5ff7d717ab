/**
 * The event model: the one vocabulary that worker threads, child processes and (later) CPython
 * speak. A record is 24 bytes, little-endian, in a per-thread ring (ring.ts), a frame from a child
 * process, or a chunk of an .ilv recording (FORMAT.md):
 *
 * | bytes | field                                                                        |
 * |-------|------------------------------------------------------------------------------|
 * | 0-7   | time: CLOCK_MONOTONIC nanoseconds, unsigned 64 bit                            |
 * | 8-11  | kind in the top 8 bits, resource in the low 24 (0: none)                      |
 * | 12-15 | a                                                                             |
 * | 16-19 | b                                                                             |
 * | 20-23 | c                                                                             |
 *
 * The lane is not a field: every ring (and every frame and chunk) belongs to one source, and
 * `laneStart` says which thread's events follow. A thread is named in arguments by its ident,
 * unique within the run; ident 0 means nobody. Resource ids are unique within the run as well:
 * both are handed out from per-process ranges (see IDENT_RANGE).
 */
export const RECORD_BYTES = 24
/** A text continuation carries this many bytes: the time, a, b and c fields. */
export const TEXT_BYTES_PER_RECORD = 20
/** Process n of a run hands out thread idents and resource ids n × IDENT_RANGE + 1, + 2, … */
export const IDENT_RANGE = 65_536
export const MAX_RESOURCE = 0xff_ffff

export const EventKind = {
  /** a: ident, b: ident that started it, c: LaneKind. Text: the name. */
  laneStart: 1,
  /** a: ident, b: LaneEnd, c: exit code (as signed 32 bit). */
  laneEnd: 2,
  /**
   * The lane is now in a state nobody holds up. a: LaneState, b: ident joined or 0 (of a process:
   * that of its main thread), c: 1 when it ends by itself after a timeout.
   */
  state: 3,
  /**
   * A wait for the resource began. a: the holder's ident at this moment, 0 nobody or
   * HOLDER_UNKNOWN, b: Wait, c: 1 when it ends by itself after a timeout.
   */
  waitBegin: 4,
  /** The wait ended. a: WaitOutcome, b: ident whose action ended it or 0. */
  waitEnd: 5,
  /** a: 1 when there was a wait before it, else 0. */
  acquire: 6,
  /** a: how many waited at that moment, as far as the releaser knows. */
  release: 7,
  /**
   * a: item id, b: depth after, c: bytes. Ids of a queue count from 0; of a process queue, in the
   * low 24 bits, with the number of the putting process modulo 256 in the top 8.
   */
  put: 8,
  /** a: item id, b: depth after, c: bytes. */
  get: 9,
  /** An Event was set. */
  set: 10,
  /** An Event was cleared. */
  clear: 11,
  /**
   * a: ResourceKind, b: capacity (maxsize; 0 unbounded; of a GIL: GilSource). Text: name, newline,
   * where it was made.
   */
  resource: 12,
  /**
   * a: OutputStream, b: 1 when no newline followed (the end of a stream, a piece of a very long
   * line), c: 1 when it is not known which thread of the program wrote it. Text: one line without
   * its newline.
   */
  output: 13,
  /** a: MarkKind, b: repeat (from 1). Text: label (for sections: the variant's id). */
  mark: 14,
  /** Events of this source that found the ring full. a: since the last report, b: in all. */
  dropped: 15,
  /** Continuation of the text of the record before it; resource field: bytes still to come. */
  text: 16,
  /** A waiter asked the holder to drop the GIL. a: the holder's ident. */
  dropRequest: 17,
  /** A Condition was notified. a: how many waiters were let through. */
  notify: 18,
  /** A pool's worker begins a task. a: number of the task within the pool, b: calls in it. */
  taskStart: 19,
  /** It has ended. a: number of the task, b: 0 it returned, 1 it threw. */
  taskEnd: 20,
  /**
   * Where in the program the lane acquired the resource, waits, or where what it runs is defined.
   * a: Place. Text: `program.ts:12`. Sampled: see threading/places.ts.
   */
  location: 21,
  /**
   * Processor time of the whole process since its last one, about ten times a second. a:
   * microseconds of all its threads, b: of these, those of its event-loop thread, which is the
   * tracer's.
   */
  usage: 22,
  /**
   * What the machine's processors did since its last one, about ten times a second. a: microseconds
   * that all of them together were busy, b: of these, those of the process that records this which
   * no usage event tells, c: microseconds that went by.
   */
  load: 23,
} as const
export type EventKind = (typeof EventKind)[keyof typeof EventKind]

/** What a lane can be doing. Colours and patterns follow it everywhere (renderer/theme). */
export const LaneState = {
  /** Not alive: before its start or after its end. */
  none: 0,
  running: 1,
  /** Waiting for a lock or the GIL. */
  waiting: 2,
  /** Running, and holding something that others wait for. Derived by the collector. */
  holding: 3,
  /** Blocked in put or get of a queue. */
  queue: 4,
  /** Ready, but waiting for a processor. */
  processor: 5,
  /** Sleeping or in I/O. */
  sleeping: 6,
  /** Idle, joining another thread, or waiting for an event to be set. */
  idle: 7,
} as const
export type LaneState = (typeof LaneState)[keyof typeof LaneState]
export const LANE_STATES = 8

export const LaneKind = { main: 0, thread: 1, process: 2, worker: 3 } as const
export type LaneKind = (typeof LaneKind)[keyof typeof LaneKind]

export const LaneEnd = { returned: 0, threw: 1, terminated: 2, killed: 3 } as const
export type LaneEnd = (typeof LaneEnd)[keyof typeof LaneEnd]

export const ResourceKind = {
  lock: 1,
  event: 2,
  queue: 3,
  gil: 4,
  /** Of multiprocessing; the others are used by threads and by processes. */
  processQueue: 5,
  rlock: 6,
  condition: 7,
  /** Capacity: its first value. */
  semaphore: 8,
  /** Capacity: its parties. */
  barrier: 9,
  /** Capacity: its workers. */
  pool: 10,
  /** One direction of a Pipe: as a process queue. */
  pipe: 11,
  /** A Value, an Array or a manager's object that lives in its owner's process. */
  shared: 12,
} as const
export type ResourceKind = (typeof ResourceKind)[keyof typeof ResourceKind]
export const LAST_RESOURCE_KIND = ResourceKind.shared

/** Why a lane waits; decides the lane's state meanwhile. */
export const Wait = {
  /** To acquire a lock or the GIL: LaneState.waiting. */
  acquire: 0,
  /** In put, the queue is full: LaneState.queue. */
  put: 1,
  /** In get, the queue is empty: LaneState.queue. */
  get: 2,
  /** For an event to be set: LaneState.idle. */
  event: 3,
  /** For a condition to be notified: LaneState.idle. */
  notify: 4,
  /** For the other parties of a barrier: LaneState.idle. */
  barrier: 5,
  /** For all items of a queue to be done (Queue.join): LaneState.idle. */
  tasksDone: 6,
  /** For results of a pool: LaneState.idle. */
  result: 7,
} as const
export type Wait = (typeof Wait)[keyof typeof Wait]

/** As holder of a lock: whoever the recording shows to hold it then. */
export const HOLDER_UNKNOWN = 0xffff_ffff

/** How the events of a GIL came about. */
export const GilSource = {
  /** Whoever took or let go of it recorded that. */
  recorded: 0,
  /** Sampled from the interpreter's memory. */
  sampled: 1,
  /** Guessed from what the threads do. */
  estimated: 2,
} as const
export type GilSource = (typeof GilSource)[keyof typeof GilSource]

export const WaitOutcome = { granted: 0, timedOut: 1, interrupted: 2 } as const
export type WaitOutcome = (typeof WaitOutcome)[keyof typeof WaitOutcome]

export const Place = { acquired: 0, waits: 1, begins: 2 } as const
export type Place = (typeof Place)[keyof typeof Place]

export const OutputStream = { out: 1, error: 2 } as const
export type OutputStream = (typeof OutputStream)[keyof typeof OutputStream]

export const MarkKind = { sectionBegin: 1, sectionEnd: 2, note: 3 } as const
export type MarkKind = (typeof MarkKind)[keyof typeof MarkKind]

/** Packs kind and resource into the third word of a record. */
export const packKind = (kind: EventKind, resource: number): number => (kind << 24) | resource
