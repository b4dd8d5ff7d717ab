import { existsSync } from 'node:fs'
import { open, readFile, stat, type FileHandle } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import type { WritableFile } from '../../main/trace/node/chunk-queue.ts'
import { KeptSegments } from '../../main/trace/node/kept-segments.ts'
import { verify } from '../../main/trace/node/recording-reader.ts'
import { RecordingWriter } from '../../main/trace/node/recording-writer.ts'
import { ScratchSegments } from '../../main/trace/node/scratch-segments.ts'
import type { SegmentDraft } from '../../main/trace/store/segment.ts'
import { busy, end, workshop } from './recordings.ts'
import { seeded, testRun } from './support.ts'

const shop = workshop()

/** A file on a disk that has room for so many bytes, and fails in one of the ways disks do. */
class Disk implements WritableFile {
  room: number
  readonly #file: FileHandle
  readonly #then: 'refuses' | 'takes nothing' | 'loses it'

  constructor(file: FileHandle, room: number, then: 'refuses' | 'takes nothing' | 'loses it') {
    this.#file = file
    this.room = room
    this.#then = then
  }

  get fd(): number {
    return this.#file.fd
  }

  async write(bytes: Uint8Array, from: number, length: number, position: number) {
    const fits = Math.max(0, Math.min(length, this.room - position))
    if (fits === 0 && this.#then === 'refuses')
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
    // As systems do: first the part that fits.
    return this.#file.write(bytes, from, fits, position)
  }

  truncate(length: number): Promise<void> {
    return this.#file.truncate(length)
  }

  datasync(): Promise<void> {
    if (this.#then === 'loses it')
      return Promise.reject(Object.assign(new Error('lost'), { code: 'EIO' }))
    return this.#file.datasync()
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

const draft = (segment: number, length = 3_000): SegmentDraft => {
  const random = seeded(segment + 1)
  const body = Uint8Array.from({ length }, () => random(7))
  const head = Uint8Array.from({ length: 40 }, () => random(256))
  return { stream: segment % 5, count: 10, first: segment, last: segment + 1, head, body }
}

function incompressible(length: number, seed: number): Uint8Array {
  const random = seeded(seed + 1)
  return Uint8Array.from({ length }, () => random(256))
}

/** Tells long ones apart much faster than `toEqual`. */
const same = (one: Uint8Array | undefined, other: Uint8Array): boolean =>
  one !== undefined && Buffer.compare(one, other) === 0

describe('a disk that fills during a run', () => {
  test.each([
    ['refuses', 'ENOSPC'],
    ['takes nothing', 'wrote nothing'],
  ] as const)(
    'and %s: the run goes on, what is whole opens, segments can be asked for',
    async (how, words) => {
      for (const room of [0, 20, 300, 2_000, 7_000]) {
        const path = shop.path(`${how}-${room}.ilv`)
        const writer = new RecordingWriter(path, new Disk(await open(path, 'w+'), room, how), {})
        try {
          const failures: string[] = []
          writer.onFailure.on((error) => failures.push(error.message))
          const run = testRun(writer, writer)
          busy(run, 120)
          const drafts = Array.from({ length: 20 }, (_, segment) => draft(segment))
          drafts.forEach((each, segment) => expect(writer.put(each)).toBe(segment))
          await end(writer, run.session)
          expect(failures).toEqual([expect.stringContaining(words)])
          expect(failures[0]).toContain(path)
          expect(run.session.status().events).toBeGreaterThan(2_800)
          drafts.forEach((each, segment) => {
            expect(same(writer.head(segment), each.head)).toBe(true)
            expect(same(writer.body(segment), each.body)).toBe(true)
          })
          expect(writer.note({ id: 1, from: nanoseconds(0), to: nanoseconds(0), text: '' })).toBe(
            writer.failure,
          )
        } finally {
          await writer.dispose()
        }
        expect((await stat(path)).size).toBeLessThanOrEqual(room)
        const read = await shop.open(path)
        if (read.ok) expect(read.value.missing).toMatch(/after byte/)
        else expect(read.failure.reason).toBe('foreign')
      }
    },
  )

  test('only when it is asked to keep what it took: path and code, and the file stays', async () => {
    const path = shop.path('lost.ilv')
    const writer = new RecordingWriter(
      path,
      new Disk(await open(path, 'w+'), 2 ** 30, 'loses it'),
      {},
    )
    const run = testRun(writer, writer)
    busy(run, 10)
    await end(writer, run.session)
    await writer.dispose()
    expect(writer.failure?.message).toBe(`${path}: EIO`)
    const verified = await verify(path)
    expect(verified.ok && verified.value.missing).toMatch(/cut short/)
  })

  test('or never answers: producers are held back, then the recording is given up', async () => {
    const path = shop.path('slow.ilv')
    const file = await open(path, 'w+')
    let release = (): void => undefined
    const stuck = new Promise<{ bytesWritten: number }>((resolve) => {
      release = () => resolve({ bytesWritten: 1 })
    })
    const disk: WritableFile = {
      fd: file.fd,
      write: () => stuck,
      truncate: (length) => file.truncate(length),
      datasync: () => file.datasync(),
      close: () => file.close(),
    }
    const writer = new RecordingWriter(path, disk, {})
    writer.begin(0n)
    // The same bytes again and again: only what is counted is large.
    const large = { ...draft(0), head: new Uint8Array(2 ** 23) }
    expect(writer.congested).toBe(false)
    while (!writer.congested) writer.put(large)
    expect(writer.failure).toBeUndefined()
    while (!writer.failure) writer.put(large)
    expect(writer.failure).toMatchObject({ reason: 'slow', path })
    expect(writer.congested).toBe(false)
    release()
    await writer.dispose()
  })

  test.skipIf(!existsSync('/dev/full'))('from the first byte on, on a real device', async () => {
    const writer = await shop.writer('/dev/full')
    const failures: string[] = []
    writer.onFailure.on((error) => failures.push(error.message))
    const run = testRun(writer, writer)
    busy(run, 50)
    await end(writer, run.session)
    expect(failures).toEqual(['/dev/full: ENOSPC'])
    expect(writer.failure?.reason).toBe('io')
    expect(writer.congested).toBe(false)
  })
})

test('segments come back as they were put: while they wait, and from the file', async () => {
  const path = shop.path('segments.ilv')
  const writer = await shop.writer(path)
  writer.begin(5n)
  const drafts = Array.from({ length: 50 }, (_, segment) => draft(segment, segment * 100))
  const check = () => {
    drafts.forEach((each, segment) => {
      expect(same(writer.head(segment), each.head)).toBe(true)
      expect(same(writer.body(segment), each.body)).toBe(true)
    })
    expect(writer.head(drafts.length)).toBeUndefined()
    expect(writer.body(-1)).toBeUndefined()
  }
  drafts.forEach((each) => writer.put(each))
  check()
  await writer.end({ events: 0, dropped: 0, late: 0, newest: 0, summary: null })
  check()
  await writer.dispose()
  expect(writer.body(0)).toBeUndefined()
  expect(await verify(path)).toMatchObject({
    ok: true,
    value: { segments: 50, missing: undefined },
  })
})

test('a segment whose body was damaged still has its head, and the other way round', async () => {
  const path = shop.path('damaged.ilv')
  const writer = await shop.writer(path)
  writer.begin(5n)
  const { head } = draft(0)
  for (const segment of [0, 1]) writer.put(draft(segment))
  await writer.end({ events: 0, dropped: 0, late: 0, newest: 0, summary: null })
  const bytes = await readFile(path)
  const at = bytes.indexOf(Buffer.from(head))
  const file = await open(path, 'r+')
  try {
    await file.write(Uint8Array.of((bytes[at + 60] ?? 0) ^ 1), 0, 1, at + 60)
    expect(same(writer.head(0), head)).toBe(true)
    expect(writer.body(0)).toBeUndefined()
    expect(same(writer.body(1), draft(1).body)).toBe(true)
    await file.write(Uint8Array.of((bytes[at + 2] ?? 0) ^ 1), 0, 1, at + 2)
    expect(writer.head(0)).toBeUndefined()
    await file.truncate(at)
    expect(writer.head(1)).toBeUndefined()
  } finally {
    await file.close()
  }
})

test('of segments that cannot be written the newest are kept, heads longer than bodies', () => {
  const kept = new KeptSegments(10_000)
  const bytes = (length: number) => new Uint8Array(length)
  for (let segment = 0; segment < 20; segment++) kept.add(segment, bytes(100), bytes(1_000))
  expect(kept.body(0)).toBeDefined()
  kept.strand()
  expect(kept.body(0)).toBeUndefined()
  expect(kept.head(0)).toBeDefined()
  expect(kept.body(19)).toBeDefined()
  for (let segment = 20; segment < 200; segment++) {
    kept.add(segment, bytes(100), bytes(1_000))
    expect(kept.body(segment)).toBeDefined()
  }
  const heads = Array.from({ length: 200 }, (_, segment) => kept.head(segment)).filter(Boolean)
  const bodies = Array.from({ length: 200 }, (_, segment) => kept.body(segment)).filter(Boolean)
  expect(heads.length).toBeLessThanOrEqual(100)
  expect(heads.length).toBeGreaterThan(40)
  expect(bodies.length).toBeLessThanOrEqual(10)
  expect(bodies.length).toBeGreaterThan(4)
})

test('a scratch file gives back what was put, and nothing of it is left, nor has it a name', () => {
  const scratch = new ScratchSegments()
  const drafts = Array.from({ length: 300 }, (_, segment) => ({
    ...draft(segment, 0),
    // Nothing that deflates, so that some of it is written.
    body: incompressible(8_000, segment),
    head: new Uint8Array(200).fill(segment),
  }))
  try {
    drafts.forEach((each, segment) => expect(scratch.put(each)).toBe(segment))
    drafts.forEach((each, segment) => {
      expect(same(scratch.head(segment), each.head)).toBe(true)
      expect(same(scratch.body(segment), each.body)).toBe(true)
    })
    expect(scratch.body(300)).toBeUndefined()
  } finally {
    scratch.dispose()
  }
  expect(scratch.body(0)).toBeUndefined()
})
