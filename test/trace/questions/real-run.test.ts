import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import { LANE_STATES } from '../../../main/trace/model.ts'
import { readThrough } from '../../../main/trace/node/read-through.ts'
import { RecordingFile } from '../../../main/trace/node/recording-file.ts'
import { openRecording } from '../../../main/trace/node/recording-reader.ts'
import { RecordingWriter } from '../../../main/trace/node/recording-writer.ts'
import { TraceSession } from '../../../main/trace/session.ts'
import { fixture, openHost, readRecords } from '../../support/threads.ts'
import { bruteForce } from './brute-force.ts'
import type { RawEvent } from './program.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'real-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Runs the fixture as a run does, into a recording. */
async function record(path: string): Promise<void> {
  const created = await RecordingWriter.create(path, {})
  if (!created.ok) throw created.failure
  const sink = created.value
  const session = new TraceSession({ now: process.hrtime.bigint, sink, segments: sink })
  const host = openHost({
    onSource: ({ id, ring }) => session.addRing({ id, ring, pid: process.pid }),
  })
  let isOver = false
  const running = host
    .run({ target: fixture('contended', 'contended') })
    .finally(() => (isOver = true))
  while (!isOver) {
    session.tick()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await running
  session.finish()
  expect(session.status().dropped).toBe(0)
  await sink.end({ ...session.status(), summary: null }, session.snapshot())
  await sink.dispose()
}

/** Straight from the file's records, in the order in which they were merged. */
async function rawEvents(path: string): Promise<RawEvent[]> {
  const events: RawEvent[] = []
  const file = RecordingFile.open(path)
  let epoch = 0n
  const nothing = () => undefined
  try {
    await readThrough(file, {
      begin: (time) => void (epoch = time),
      source: nothing,
      records: (source, bytes) => {
        for (const { time, kind, resource, a, b, c, text } of readRecords(source, bytes))
          events.push({
            ...{ source, time: Number(time - epoch), kind, resource, text },
            words: [a >>> 0, b >>> 0, c >>> 0],
          })
      },
      advance: nothing,
      finish: nothing,
    })
  } finally {
    file.close()
  }
  return events.sort((one, other) => one.time - other.time || one.source - other.source)
}

test('figures of a real run’s recording equal those computed from its events alone', async () => {
  const path = join(folder, 'real.ilv')
  await record(path)
  const events = await rawEvents(path)
  const opened = await openRecording(path)
  if (!opened.ok) throw opened.failure
  const { session, dispose } = opened.value
  try {
    const end = session.status().newest
    expect(events).toHaveLength(session.status().events)
    const id = events.find(({ text }) => text?.startsWith('counter\n'))?.resource ?? 0
    for (const [from, to] of [
      [0, end],
      [end / 3, end / 2],
      [end / 2, end - 1],
      [end - 2e6, end + 1e9],
    ] as const) {
      const range = { from: nanoseconds(Math.floor(from)), to: nanoseconds(Math.floor(to)) }
      const { lanes, locks, queues, concurrency } = session.answer('tables', { range })
      const brute = bruteForce(events, end, range)
      for (let state = 1; state < LANE_STATES; state++) {
        const total = lanes.reduce((sum, { byState }) => sum + (byState[state] ?? 0), 0)
        const expected = [...brute.states.values()].reduce((sum, by) => sum + (by[state] ?? 0), 0)
        expect([state, total]).toEqual([state, expected])
      }
      const waits = lanes.reduce((sum, lane) => sum + lane.waits, 0)
      expect(waits).toBe([...brute.waitsOfLane.values()].reduce((sum, count) => sum + count, 0))
      const row = locks.find(({ name }) => name === 'counter')
      const lock = brute.locks.get(id)
      expect(row).toMatchObject({
        acquired: lock?.acquired ?? 0,
        contended: lock?.contended ?? 0,
        switches: lock?.switches ?? 0,
        heldFor: lock?.heldFor ?? 0,
        waitedFor: lock?.waitedFor ?? 0,
      })
      expect(row?.wait.count).toBe(lock?.waits.length)
      expect(row?.hold.count).toBe(lock?.holds.length)
      expect(row?.wait.maximum).toBe(Math.max(0, ...(lock?.waits ?? [])))
      expect(row?.hold.maximum).toBe(Math.max(0, ...(lock?.holds ?? [])))
      expect(queues.find(({ name }) => name === 'items')).toMatchObject({
        puts: brute.puts,
        gets: brute.gets,
        maximumDepth: brute.depth.maximum,
      })
      const byCount = [...concurrency.byCount]
      expect(byCount).toEqual(byCount.map((_, count) => brute.byCount[count] ?? 0))
    }
    // The lines of the program, and who held it for so long.
    const { locks } = session.answer('tables', {})
    const holder = session.tracks().find(({ name }) => name === 'holder')?.id
    const { longest: waits } = locks.find(({ name }) => name === 'counter') ?? {}
    const longest = waits?.find((wait) => wait.holder === holder)
    if (!longest) throw new Error('nobody waited for the holder')
    const { track, from } = longest
    const detail = session.answer('inspect', { track, time: nanoseconds(from + 1e6) })
    expect(detail?.blame).toMatchObject({
      resource: { name: 'counter' },
      holder: { name: 'holder', at: 'contended.ts:27' },
      // The holder, or another that came between.
      ender: { at: expect.stringMatching(/^contended\.ts:(10|20|27)$/) as string },
    })
    expect(detail?.facts.find(({ label }) => label === 'Seen at')?.value).toMatch(
      /^contended\.ts:(10|20)$/,
    )
    const { total, matches } = session.answer('search', { text: 'CONTENDED.ts:27' })
    expect(total).toBeGreaterThan(0)
    expect(matches[0]).toMatchObject({ kind: 'place', text: 'contended.ts:27' })
  } finally {
    dispose()
  }
})
