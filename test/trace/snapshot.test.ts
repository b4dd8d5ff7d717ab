import { describe, expect, test } from 'vitest'
import { Lane } from '../../main/trace/lane.ts'
import { Resource } from '../../main/trace/resource.ts'
import { SnapshotError } from '../../main/trace/saved.ts'
import { TraceSession } from '../../main/trace/session.ts'
import { MemorySegments } from '../../main/trace/store/segment.ts'
import { everything, richRun } from './rich.ts'
import { seeded, testRun } from './support.ts'

function rich(rounds: number, untilEach = 10) {
  const segments = new MemorySegments()
  const run = testRun(undefined, segments)
  richRun(run, rounds, untilEach)
  run.session.finish()
  return { session: run.session, segments }
}

/** Telling where long arrays differ would take minutes. */
const sameBytes = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0

const large = rich(1_500)
const snapshot = large.session.snapshot()
const restored = () => TraceSession.restore(snapshot, large.segments)

test('the trace is rich: rows of every kind, in more than one segment, some in a partial one', () => {
  const kinds = new Set(large.session.tracks().map(({ resource, kind }) => resource ?? kind))
  expect(kinds.size).toBe(10)
  const { drafts } = large.segments
  expect(drafts.some(({ count }) => count === 4096)).toBe(true)
  expect(drafts.some(({ count }) => count < 4096)).toBe(true)
  expect(large.session.sectionFigures()).toHaveLength(2)
})

test('a session that was restored answers everything as the one before', () => {
  expect(everything(restored())).toEqual(everything(large.session))
})

test('a snapshot of what was restored has the same bytes', () => {
  expect(sameBytes(restored().snapshot(), snapshot)).toBe(true)
})

test('however the merge was cut into ticks, snapshot and segments have the same bytes', () => {
  const one = rich(300, 1)
  const other = rich(300, 70)
  expect(sameBytes(other.session.snapshot(), one.session.snapshot())).toBe(true)
  expect(other.segments.drafts).toEqual(one.segments.drafts)
})

/**
 * What is public of an object, rows in place of what they refer to. Only for further events: where
 * a lane's events come from is not kept.
 */
function publicFields(object: object): unknown {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, plain(value)]))
}

function plain(value: unknown): unknown {
  if (value instanceof Lane || value instanceof Resource) return `row ${value.track}`
  if (value instanceof Map)
    return [...value].map(([key, of]: [unknown, unknown]) => [plain(key), plain(of)])
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  return 'save' in value && typeof value.save === 'function'
    ? plain((value.save as () => unknown)())
    : publicFields(value)
}

test('no public field of collector, lanes and resources is forgotten', () => {
  const before = large.session.collector
  const after = restored().collector
  const only = (collector: object) => ({ ...collector, archive: 0, tracksVersion: 0 })
  expect(plain(only(after))).toEqual(plain(only(before)))
  for (const [at, lane] of before.lanes.entries())
    expect(publicFields(after.lanes[at] ?? {})).toEqual(publicFields(lane))
  for (const [at, resource] of before.resourceList.entries())
    expect(publicFields(after.resourceList[at] ?? {})).toEqual(publicFields(resource))
})

test('a snapshot is for a run that is over, and what comes after its end is left alone', () => {
  const run = testRun()
  richRun(run, 3, 1)
  expect(() => run.session.snapshot()).toThrow('not over')
  run.session.finish()
  const before = run.session.snapshot()
  richRun(run, 3, 1)
  run.session.finish()
  expect(sameBytes(run.session.snapshot(), before)).toBe(true)
})

describe('bytes that are not a snapshot', () => {
  const small = rich(2).session.snapshot()
  const restore = (bytes: Uint8Array) => TraceSession.restore(bytes, new MemorySegments())

  test('every prefix is refused', () => {
    for (let length = 0; length < small.length; length += 1 + (length >> 6))
      expect(() => restore(small.slice(0, length))).toThrow(SnapshotError)
  })

  test('a flipped bit is refused or restores something that answers', () => {
    const random = seeded(5)
    let refused = 0
    for (let trial = 0; trial < 250; trial++) {
      const bytes = small.slice()
      const at = random(bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8))
      try {
        everything(restore(bytes))
      } catch (error) {
        expect(error).toBeInstanceOf(SnapshotError)
        refused++
      }
    }
    expect(refused).toBeGreaterThan(30)
  })

  test.each([
    ['a list of 2^31 elements', [0xdd, 0x80, 0, 0, 0]],
    ['lists in lists in lists', Array<number>(100_000).fill(0x91)],
    ['long lists in long lists', Array.from({ length: 500 }, () => [0xdc, 0x01, 0xf0]).flat()],
    ['a text of 4 GiB', [0xdb, 0xff, 0xff, 0xff, 0xff]],
    ['a byte too many', [...small, 0]],
    ['something else', [0x81, 0xa1, 0x61, 1]],
  ])('%s', (_, bytes) => {
    expect(() => restore(Uint8Array.from(bytes))).toThrow(SnapshotError)
  })
})
