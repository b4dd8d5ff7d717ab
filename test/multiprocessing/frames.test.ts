import { Writable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  FrameError,
  FrameReader,
  FrameWriter,
  MAX_FRAME_BYTES,
} from '../../main/multiprocessing/frames.ts'

/** Keeps what is written; `release` lets the write that waits go on. */
class Sink extends Writable {
  readonly writes: Buffer[] = []
  #waiting: (() => void) | undefined
  held = false

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.writes.push(Buffer.from(chunk))
    if (this.held) this.#waiting = done
    else done()
  }

  release(): void {
    this.held = false
    this.#waiting?.()
  }

  get bytes(): Buffer {
    return Buffer.concat(this.writes)
  }
}

type Frame = readonly [type: number, payload: string]

function collect(): { reader: FrameReader; frames: Frame[] } {
  const frames: Frame[] = []
  const reader = new FrameReader((type, payload) => frames.push([type, payload.toString('hex')]))
  return { reader, frames }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

async function written(frames: readonly (readonly [number, Uint8Array])[]): Promise<Buffer> {
  const sink = new Sink()
  const writer = new FrameWriter(sink)
  for (const [type, payload] of frames) writer.write(type, payload)
  await turn()
  return sink.bytes
}

test('frames cut at every byte arrive whole', async () => {
  const frames = [
    [1, Buffer.alloc(0)],
    [2, Buffer.from('payload')],
    [255, Buffer.alloc(300, 7)],
  ] as const
  const bytes = await written(frames)
  const expected = frames.map(([type, payload]) => [type, payload.toString('hex')])
  for (let first = 0; first <= bytes.length; first++) {
    const { reader, frames: got } = collect()
    reader.push(bytes.subarray(0, first))
    reader.push(bytes.subarray(first))
    expect(got).toEqual(expected)
    expect(reader.partial).toBeUndefined()
  }
})

test('frames cut anywhere, any number of times, arrive whole', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 200 }))),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      async (frames, cuts) => {
        const bytes = await written(frames)
        const { reader, frames: got } = collect()
        for (let at = 0, cut = 0; at < bytes.length; cut++) {
          const length = cuts[cut % cuts.length] ?? 1
          reader.push(bytes.subarray(at, at + length))
          at += length
        }
        expect(got).toEqual(frames.map(([type, data]) => [type, Buffer.from(data).toString('hex')]))
      },
    ),
    { numRuns: 50, seed: 1 },
  )
})

test('a frame that announces too much is refused before its payload is there', () => {
  const { reader } = collect()
  const header = Buffer.alloc(5)
  header.writeUInt32LE(MAX_FRAME_BYTES + 1)
  const before = process.memoryUsage().arrayBuffers
  expect(() => reader.push(header)).toThrow(FrameError)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MAX_FRAME_BYTES)
})

test('a frame that is too long is not written', () => {
  const writer = new FrameWriter(new Sink())
  expect(() => writer.write(1, Buffer.alloc(MAX_FRAME_BYTES), Buffer.alloc(1))).toThrow(FrameError)
})

test('what a stream ended in the middle of is reported', async () => {
  const bytes = await written([[3, Buffer.alloc(100)]])
  const { reader } = collect()
  expect(reader.partial).toBeUndefined()
  reader.push(bytes.subarray(0, 3))
  expect(reader.partial).toEqual({ received: 3, announced: 5 })
  reader.push(bytes.subarray(3, 45))
  expect(reader.partial).toEqual({ received: 45, announced: 105 })
})

test('small frames of one turn are one write', async () => {
  const sink = new Sink()
  const writer = new FrameWriter(sink)
  for (let frame = 0; frame < 100; frame++) writer.write(1, Buffer.alloc(20))
  expect(sink.writes).toHaveLength(0)
  await turn()
  expect(sink.writes.map((write) => write.length)).toEqual([2500])
})

test('order is kept between small and large frames', async () => {
  const payloads = [10, 20_000, 3, 70_000, 0, 65_531].map((size, index) =>
    Buffer.alloc(size, index),
  )
  const bytes = await written(payloads.map((payload, index) => [index, payload]))
  const { reader, frames } = collect()
  reader.push(bytes)
  expect(frames).toEqual(payloads.map((payload, index) => [index, payload.toString('hex')]))
})

test('a stream that does not keep up makes sources pause, and tells them when to go on', async () => {
  const sink = new Sink()
  sink.held = true
  const writer = new FrameWriter(sink)
  let drained = 0
  writer.onDrain(() => drained++)
  let frames = 0
  while (!writer.isCongested && frames < 1000) {
    writer.write(1, Buffer.alloc(60_000))
    frames++
  }
  expect(frames).toBeLessThan(30)
  expect(drained).toBe(0)
  sink.release()
  await turn()
  await turn()
  expect(writer.isCongested).toBe(false)
  expect(drained).toBe(1)
})
