/**
 * Everything a child process and its runner say to each other, and how it is written in frames.
 * Numbers are 64-bit floats (exact up to 2^53), the clock is an unsigned 64-bit integer, texts and
 * structures are JSON, bytes are bytes.
 */
import { unreachable } from '../core/result.ts'
import { LaneEnd, OutputStream } from '../trace/model.ts'
import { AnswerStatus, type FromCallServer, type ToCallServer } from './calls/call-messages.ts'
import { FrameError, type FrameWriter } from './frames.ts'
import { isJob, type ProcessJob } from './job.ts'
import {
  decodeReport,
  decodeRequest,
  encodeReport,
  encodeRequest,
  type ProcessReport,
  type ProcessRequest,
} from './process-messages.ts'

/** Changes whenever a message changes. A child of another version is refused. */
export const PROTOCOL_VERSION = 4

/** About queues, from a process to the broker. */
export type ToBroker =
  /** A thread of the process has made a queue. */
  | {
      readonly type: 'open'
      readonly queue: number
      readonly maxsize: number
      readonly name: string
    }
  /** Items, as records (records.ts); a record may be cut anywhere and go on in the next message. */
  | { readonly type: 'put'; readonly queue: number; readonly bytes: Uint8Array }
  /**
   * What the process has taken; up to how many items threads of it wait for, and up to how many it
   * accepts if it is the only reader; how many places in a bounded queue it asks for. All four are
   * totals since the beginning, so that a later message replaces an earlier one.
   */
  | {
      readonly type: 'want'
      readonly queue: number
      readonly taken: number
      readonly waiting: number
      readonly limit: number
      readonly places: number
    }
  /**
   * The answer to `recall`: of the `received` items all beyond `taken` go back to the queue, and
   * so do all places beyond `places`.
   */
  | {
      readonly type: 'unget'
      readonly queue: number
      readonly taken: number
      readonly received: number
      readonly places: number
    }
  | { readonly type: 'probe'; readonly queue: number; readonly probe: number }
  /** Of a Pipe: whether the process has open ends that read and that write. */
  | {
      readonly type: 'ends'
      readonly queue: number
      readonly reads: boolean
      readonly writes: boolean
    }
  /** Items the process took and is done with, in all (JoinableQueue). */
  | { readonly type: 'done'; readonly queue: number; readonly count: number }
  /**
   * A question about unfinished items, once the process's first `puts` items (modulo 2^32) have
   * arrived. `done`: to finish one that this process did not take; `join`: when there are none.
   */
  | {
      readonly type: 'ask'
      readonly queue: number
      readonly ask: number
      readonly about: 'done' | 'join'
      readonly puts: number
    }

/** About queues, from the broker to a process. */
export type FromBroker =
  /** Items the process accepted, cut like those of `put`. */
  | { readonly type: 'item'; readonly queue: number; readonly bytes: Uint8Array }
  /**
   * Places granted in all; whether to hold back (the runner stores enough for now); the size of the
   * queue without this process's own puts and gets, which it knows better itself; and whether
   * several processes read the queue: then items go only to those in which a thread waits.
   */
  | {
      readonly type: 'state'
      readonly queue: number
      readonly places: number
      readonly hold: boolean
      readonly base: number
      readonly shared: boolean
    }
  /** Give back what no thread of the process has taken. */
  | { readonly type: 'recall'; readonly queue: number }
  /** Everything there was for the process when `probe` arrived has been sent before this. */
  | { readonly type: 'probed'; readonly queue: number; readonly probe: number }
  /** Of a Pipe: what is true of the ends of all processes. `writes` false: nothing more will come. */
  | {
      readonly type: 'openEnds'
      readonly queue: number
      readonly reads: boolean
      readonly writes: boolean
    }
  | {
      readonly type: 'answer'
      readonly queue: number
      readonly ask: number
      readonly granted: boolean
    }

export type FromChild =
  | {
      readonly type: 'hello'
      readonly version: number
      readonly process: number
      readonly pid: number
      readonly token: string
    }
  /** The main thread of the child runs. */
  | { readonly type: 'started' }
  /** Units of work counted so far by all threads of the child (threading/checkpoint.ts). */
  | { readonly type: 'progress'; readonly done: number }
  /** 24-byte records of one source, all events up to `watermark` (CLOCK_MONOTONIC, ns). */
  | {
      readonly type: 'trace'
      readonly source: number
      readonly watermark: bigint
      readonly records: Uint8Array
    }
  /** What a thread of a process without a trace prints, with neither end of line. */
  | { readonly type: 'output'; readonly stream: OutputStream; readonly text: string }
  /** How the target has ended; everything before it has been sent, and the process exits now. */
  | { readonly type: 'ended'; readonly end: LaneEnd }
  /** Why the event-loop thread of the child cannot go on. */
  | { readonly type: 'crash'; readonly text: string }
  /** About processes that it starts. `args` of a new one by `packArguments`, else empty. */
  | { readonly type: 'request'; readonly request: ProcessRequest; readonly args: Uint8Array }
  | ToBroker
  | ToCallServer

export type ToChild =
  /** `args` by `packArguments`. */
  | { readonly type: 'job'; readonly job: ProcessJob; readonly args: Uint8Array }
  /** Cooperative: every blocking call raises KeyboardInterrupt. */
  | { readonly type: 'stop' }
  /** About processes that it has started, and the one that started it. */
  | { readonly type: 'report'; readonly report: ProcessReport }
  | FromBroker
  | FromCallServer

export type Message = FromChild | ToChild

const codes = {
  hello: 1,
  started: 2,
  trace: 3,
  ended: 4,
  crash: 5,
  progress: 11,
  put: 6,
  want: 7,
  unget: 8,
  probe: 9,
  open: 10,
  ends: 12,
  done: 13,
  ask: 14,
  output: 15,
  job: 16,
  stop: 17,
  request: 32,
  report: 33,
  item: 18,
  state: 19,
  recall: 20,
  probed: 21,
  call: 48,
  cast: 49,
  cancel: 50,
  accept: 51,
  died: 52,
  reply: 56,
  tell: 57,
  openEnds: 22,
  answer: 23,
} as const satisfies Record<Message['type'], number>

/** @throws FrameError when it is larger than a frame can be. */
export function writeMessage(writer: FrameWriter, message: Message): void {
  const code = codes[message.type]
  switch (message.type) {
    case 'started':
    case 'stop':
      return writer.write(code)
    case 'ended':
      return writer.write(code, numbers(message.end))
    case 'progress':
      return writer.write(code, numbers(message.done))
    case 'output':
      return writer.write(code, numbers(message.stream), Buffer.from(message.text))
    case 'trace':
      return writer.write(code, numbers(message.source), time(message.watermark), message.records)
    case 'put':
    case 'item':
      return writer.write(code, numbers(message.queue), message.bytes)
    case 'want':
      return writer.write(
        code,
        numbers(message.queue, message.taken, message.waiting, message.limit, message.places),
      )
    case 'unget':
      return writer.write(
        code,
        numbers(message.queue, message.taken, message.received, message.places),
      )
    case 'state':
      return writer.write(
        code,
        numbers(
          message.queue,
          message.places,
          message.hold ? 1 : 0,
          message.base,
          message.shared ? 1 : 0,
        ),
      )
    case 'probe':
    case 'probed':
      return writer.write(code, numbers(message.queue, message.probe))
    case 'recall':
      return writer.write(code, numbers(message.queue))
    case 'call':
      return writer.write(code, numbers(message.call, message.ident), message.bytes)
    case 'cast':
      return writer.write(code, numbers(message.ident), message.bytes)
    case 'cancel':
    case 'accept':
      return writer.write(code, numbers(message.call))
    case 'died':
      return writer.write(code, numbers(message.ident))
    case 'reply':
      return writer.write(code, numbers(message.call, message.status), message.bytes)
    case 'tell':
      return writer.write(code, message.bytes)
    case 'ends':
    case 'openEnds':
      return writer.write(
        code,
        numbers(message.queue, message.reads ? 1 : 0, message.writes ? 1 : 0),
      )
    case 'done':
      return writer.write(code, numbers(message.queue, message.count))
    case 'ask':
      return writer.write(
        code,
        numbers(message.queue, message.ask, message.about === 'join' ? 1 : 0, message.puts),
      )
    case 'answer':
      return writer.write(code, numbers(message.queue, message.ask, message.granted ? 1 : 0))
    case 'request':
      return writer.write(code, ...encodeRequest(message.request, message.args))
    case 'report':
      return writer.write(code, encodeReport(message.report))
    case 'hello':
    case 'crash':
    case 'open':
      return writer.write(code, Buffer.from(JSON.stringify(message)))
    case 'job': {
      const job = Buffer.from(JSON.stringify(message.job))
      return writer.write(code, numbers(job.length), job, message.args)
    }
    default:
      return unreachable(message)
  }
}

/** @throws FrameError when this is not a message of a child. */
export function readFromChild(code: number, payload: Buffer): FromChild {
  switch (code) {
    case codes.hello:
      return hello(json(payload))
    case codes.started:
      expect(payload, 0)
      return { type: 'started' }
    case codes.trace:
      atLeast(payload, 16)
      return {
        type: 'trace',
        source: count(payload, 0),
        watermark: payload.readBigUInt64LE(8),
        records: payload.subarray(16),
      }
    case codes.ended:
      expect(payload, 8)
      return { type: 'ended', end: laneEnd(payload) }
    case codes.progress:
      expect(payload, 8)
      return { type: 'progress', done: count(payload, 0) }
    case codes.output:
      atLeast(payload, 8)
      return {
        type: 'output',
        stream: count(payload, 0) === OutputStream.out ? OutputStream.out : OutputStream.error,
        text: payload.toString('utf8', 8),
      }
    case codes.crash:
      return crash(json(payload))
    case codes.request:
      return { type: 'request', ...decodeRequest(payload) }
    case codes.open:
      return open(json(payload))
    case codes.put:
      atLeast(payload, 8)
      return { type: 'put', queue: count(payload, 0), bytes: payload.subarray(8) }
    case codes.want:
      expect(payload, 40)
      return {
        type: 'want',
        queue: count(payload, 0),
        taken: count(payload, 1),
        waiting: count(payload, 2),
        limit: count(payload, 3),
        places: count(payload, 4),
      }
    case codes.unget:
      expect(payload, 32)
      return {
        type: 'unget',
        queue: count(payload, 0),
        taken: count(payload, 1),
        received: count(payload, 2),
        places: count(payload, 3),
      }
    case codes.probe:
      expect(payload, 16)
      return { type: 'probe', queue: count(payload, 0), probe: count(payload, 1) }
    case codes.ends:
      return { type: 'ends', ...readEnds(payload) }
    case codes.done:
      expect(payload, 16)
      return { type: 'done', queue: count(payload, 0), count: count(payload, 1) }
    case codes.ask:
      expect(payload, 32)
      return {
        type: 'ask',
        queue: count(payload, 0),
        ask: count(payload, 1),
        about: count(payload, 2) === 0 ? 'done' : 'join',
        puts: count(payload, 3),
      }
    case codes.call:
      atLeast(payload, 16)
      return {
        type: 'call',
        call: count(payload, 0),
        ident: count(payload, 1),
        bytes: payload.subarray(16),
      }
    case codes.cast:
      atLeast(payload, 8)
      return { type: 'cast', ident: count(payload, 0), bytes: payload.subarray(8) }
    case codes.cancel:
      expect(payload, 8)
      return { type: 'cancel', call: count(payload, 0) }
    case codes.accept:
      expect(payload, 8)
      return { type: 'accept', call: count(payload, 0) }
    case codes.died:
      expect(payload, 8)
      return { type: 'died', ident: count(payload, 0) }
    default:
      throw new FrameError(`a child does not send messages of type ${code}`)
  }
}

/** @throws FrameError when this is not a message of a runner. */
export function readFromRunner(code: number, payload: Buffer): ToChild {
  switch (code) {
    case codes.job:
      return job(payload)
    case codes.stop:
      expect(payload, 0)
      return { type: 'stop' }
    case codes.report:
      return { type: 'report', report: decodeReport(payload) }
    case codes.item:
      atLeast(payload, 8)
      return { type: 'item', queue: count(payload, 0), bytes: payload.subarray(8) }
    case codes.state:
      expect(payload, 40)
      return {
        type: 'state',
        queue: count(payload, 0),
        places: count(payload, 1),
        hold: count(payload, 2) !== 0,
        base: integer(payload, 3),
        shared: count(payload, 4) !== 0,
      }
    case codes.recall:
      expect(payload, 8)
      return { type: 'recall', queue: count(payload, 0) }
    case codes.probed:
      expect(payload, 16)
      return { type: 'probed', queue: count(payload, 0), probe: count(payload, 1) }
    case codes.openEnds:
      return { type: 'openEnds', ...readEnds(payload) }
    case codes.answer:
      expect(payload, 24)
      return {
        type: 'answer',
        queue: count(payload, 0),
        ask: count(payload, 1),
        granted: count(payload, 2) !== 0,
      }
    case codes.reply:
      atLeast(payload, 16)
      return {
        type: 'reply',
        call: count(payload, 0),
        status: answerStatus(payload),
        bytes: payload.subarray(16),
      }
    case codes.tell:
      return { type: 'tell', bytes: payload }
    default:
      throw new FrameError(`a runner does not send messages of type ${code}`)
  }
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 8)
  for (const [index, value] of values.entries()) bytes.writeDoubleLE(value, index * 8)
  return bytes
}

function time(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}

function expect(payload: Buffer, bytes: number): void {
  if (payload.length !== bytes) {
    throw new FrameError(`a message of ${payload.length} bytes where ${bytes} were expected`)
  }
}

function atLeast(payload: Buffer, bytes: number): void {
  if (payload.length < bytes) {
    throw new FrameError(`a message of ${payload.length} bytes where at least ${bytes} were due`)
  }
}

function integer(payload: Buffer, index: number): number {
  const value = payload.readDoubleLE(index * 8)
  if (!Number.isSafeInteger(value)) throw new FrameError(`${value} is not an integer`)
  return value
}

function laneEnd(payload: Buffer): LaneEnd {
  const value = count(payload, 0)
  const end = Object.values(LaneEnd).find((each) => each === value)
  if (end === undefined) throw new FrameError(`${value} is not the end of a thread`)
  return end
}

function answerStatus(payload: Buffer): AnswerStatus {
  const value = count(payload, 1)
  const status = Object.values(AnswerStatus).find((each) => each === value)
  if (status === undefined) throw new FrameError(`${value} is not the status of an answer`)
  return status
}

function count(payload: Buffer, index: number): number {
  const value = integer(payload, index)
  if (value < 0) throw new FrameError(`${value} is not a count`)
  return value
}

function readEnds(payload: Buffer) {
  expect(payload, 24)
  return {
    queue: count(payload, 0),
    reads: count(payload, 1) !== 0,
    writes: count(payload, 2) !== 0,
  }
}

function json(payload: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'))
    return value
  } catch (error) {
    throw new FrameError('malformed JSON', { cause: error })
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function hello(value: unknown): FromChild {
  if (!isObject(value)) throw new FrameError('malformed hello')
  const { version, process, pid, token } = value
  if (
    typeof version !== 'number' ||
    typeof process !== 'number' ||
    typeof pid !== 'number' ||
    typeof token !== 'string'
  ) {
    throw new FrameError('malformed hello')
  }
  return { type: 'hello', version, process, pid, token }
}

function open(value: unknown): FromChild {
  if (!isObject(value)) throw new FrameError('malformed open')
  const { queue, maxsize, name } = value
  if (typeof queue !== 'number' || typeof maxsize !== 'number' || typeof name !== 'string') {
    throw new FrameError('malformed open')
  }
  return { type: 'open', queue, maxsize, name }
}

function crash(value: unknown): FromChild {
  const text = isObject(value) ? value['text'] : undefined
  if (typeof text !== 'string') throw new FrameError('malformed crash')
  return { type: 'crash', text }
}

function job(payload: Buffer): ToChild {
  atLeast(payload, 8)
  const end = 8 + count(payload, 0)
  atLeast(payload, end)
  const value = json(payload.subarray(8, end))
  if (!isJob(value)) throw new FrameError('malformed job')
  return { type: 'job', job: value, args: payload.subarray(end) }
}
