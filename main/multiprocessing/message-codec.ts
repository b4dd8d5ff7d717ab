/**
 * How messages are written in frames. Numbers are 64-bit floats (exact up to 2^53), the clock is an
 * unsigned 64-bit integer, texts and structures are JSON, bytes are bytes.
 */
import { unreachable } from '../core/result.ts'
import { LaneEnd, OutputStream } from '../trace/model.ts'
import { AnswerStatus } from './calls/call-messages.ts'
import { FrameError, type FrameWriter } from './frames.ts'
import { isJob } from './job.ts'
import type { FromChild, Message, ToChild } from './messages.ts'
import { atLeast, count, expect, integer, isObject, json, numbers, time } from './payload.ts'
import { decodeReport, decodeRequest, encodeReport, encodeRequest } from './process-messages.ts'

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
    case 'item':
      return writer.write(code, numbers(message.queue, message.count), message.bytes)
    case 'put':
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
      atLeast(payload, 16)
      return {
        type: 'item',
        queue: count(payload, 0),
        count: count(payload, 1),
        bytes: payload.subarray(16),
      }
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

function readEnds(payload: Buffer) {
  expect(payload, 24)
  return {
    queue: count(payload, 0),
    reads: count(payload, 1) !== 0,
    writes: count(payload, 2) !== 0,
  }
}

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
