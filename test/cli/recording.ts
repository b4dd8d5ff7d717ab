import { EventKind, LaneEnd, ResourceKind } from '../../main/trace/model.ts'
import { RecordingWriter } from '../../main/trace/node/recording-writer.ts'
import { start, testRun } from '../trace/support.ts'

/** One thread that takes a lock and gives it back. */
export async function writeRecording(path: string, demo = 'lock-contention'): Promise<void> {
  const request = { demo, variant: 'one-lock' }
  const created = await RecordingWriter.create(path, { request })
  if (!created.ok) throw created.failure
  const run = testRun(created.value, created.value)
  run.feed(
    7,
    start(0, 1, 'Thread-1'),
    {
      time: 10,
      kind: EventKind.resource,
      resource: 1,
      words: [ResourceKind.lock],
      text: 'Lock-1\nprogram.ts:3',
    },
    { time: 50, kind: EventKind.acquire, resource: 1 },
    { time: 70, kind: EventKind.release, resource: 1 },
    { time: 90, kind: EventKind.laneEnd, words: [1, LaneEnd.returned] },
  )
  run.until(100)
  run.session.finish()
  await created.value.end({ ...run.session.status(), summary: null }, run.session.snapshot())
  await created.value.dispose()
}
