/** Recordings opened beside what is held, with real processes. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { MOST_GUESTS, type RunInfo } from '../../main/run/contract.ts'
import { createForkLauncher } from '../../main/run/fork-launcher.ts'
import { openListedGuest } from '../../main/run/open-listed.ts'
import { createRunService } from '../../main/run/run-service.ts'
import type { RunService } from '../../main/run/service.ts'
import { writeRecording } from '../cli/recording.ts'

let folder: string
let recordings: string
let service: RunService

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guests-'))
  recordings = join(folder, 'recordings')
  await mkdir(recordings)
  service = createRunService({
    launcher: createForkLauncher({
      runner: join(inject('bundle'), 'runner.mjs'),
      child: join(inject('bundle'), 'child.mjs'),
    }),
    recordings,
    data: join(folder, 'data'),
    environment: { platform: 'p', node: '20', processors: 2, startedAt: '' },
  })
})
// That no process, port or descriptor of a guest is left is checked after every test.
afterEach(async () => {
  await service.dispose()
  await rm(folder, { recursive: true })
})

const start = async (rounds: number): Promise<RunInfo> => {
  const started = await service.start({
    demo: 'lock-contention',
    parameters: { threads: 2, rounds },
    repeats: 1,
    baseline: false,
  })
  if (!started.ok) throw new Error(started.failure.message)
  return started.value
}
const written = async (name: string): Promise<string> => {
  const path = join(recordings, `${name}.ilv`)
  await writeRecording(path)
  return path
}
const opened = async (path: string): Promise<RunInfo> => {
  const guest = await service.openGuest(path)
  if (!guest.ok) throw new Error(guest.failure.message)
  return service.over(guest.value.id)
}
const recordedRun = async (): Promise<RunInfo> => service.over((await start(20)).id)
const refusal = (message: RegExp) => ({
  ok: false,
  failure: {
    message: expect.stringMatching(message) as string,
    remedy: expect.any(String) as string,
  },
})

describe('a guest', () => {
  test('is asked beside the run that is held, which stays', async () => {
    const run = await recordedRun()
    const guest = await opened(run.status.recording?.path ?? '')
    expect(service.runs()).toMatchObject([{ id: run.id }])
    expect(service.guests()).toMatchObject([{ id: guest.id, status: { state: 'finished' } }])
    const [ofRun, ofGuest] = [await service.summary(run.id), await service.summary(guest.id)]
    expect(ofRun?.measurements.length).toBeGreaterThan(0)
    expect(ofGuest?.measurements).toEqual(ofRun?.measurements)
  })

  test('survives the next run, and so keeps the one before it beside it', async () => {
    const before = await recordedRun()
    const guest = await opened(before.status.recording?.path ?? '')
    const after = await recordedRun()
    expect(service.runs()).toMatchObject([{ id: after.id }])
    expect((await service.summary(guest.id))?.measurements.length).toBeGreaterThan(0)
  })

  test('is not opened while a run goes on, which says why, and is afterwards', async () => {
    const path = await written('one')
    const { id } = await start(1_000_000)
    expect(await service.openGuest(path)).toMatchObject(refusal(/lock-contention is still going/))
    expect(service.guests()).toEqual([])
    await service.stop(id)
    expect(await service.openGuest(path)).toMatchObject({ ok: true })
  })

  test('is opened once, however often it is asked for', async () => {
    const path = await written('one')
    const first = await opened(path)
    expect(await service.openGuest(path)).toMatchObject({ ok: true, value: { id: first.id } })
    expect(service.guests()).toHaveLength(1)
  })

  test('is one of a few: another is refused until one is closed', async () => {
    const paths = await Promise.all(
      Array.from({ length: MOST_GUESTS + 1 }, (_, index) => written(`recording-${index}`)),
    )
    const guests: RunInfo[] = []
    for (const path of paths.slice(1)) guests.push(await opened(path))
    const one = paths[0] ?? ''
    expect(await service.openGuest(one)).toMatchObject(refusal(/^5 recordings are open/))
    await service.closeGuest(guests[0]?.id ?? '')
    expect(service.attach(guests[0]?.id ?? '')).toBeUndefined()
    expect(await service.openGuest(one)).toMatchObject({ ok: true })
    expect(service.guests()).toHaveLength(MOST_GUESTS)
  })

  test('that is no recording is refused, and leaves nothing', async () => {
    const path = join(folder, 'foreign.ilv')
    await writeFile(path, 'no recording, though it is long enough to be one')
    expect(await service.openGuest(path)).toMatchObject(refusal(/not an Interleave/))
    expect(service.guests()).toEqual([])
  })

  test('can only be one of the list where a page asks for it', async () => {
    const path = join(folder, 'elsewhere.ilv')
    await writeRecording(path)
    const listed = await written('listed')
    for (const given of [path, '', 7, undefined])
      expect(await openListedGuest(service, given)).toMatchObject(
        refusal(/no recording of the rec/),
      )
    expect(await openListedGuest(service, listed)).toMatchObject({ ok: true })
  })

  test('closes with the service, also one that is still being read', async () => {
    await service.openGuest(await written('one'))
    await service.dispose()
    expect(await service.openGuest(await written('two'))).toMatchObject(refusal(/closing/))
    expect(service.guests()).toEqual([])
  })

  test('that nobody has is closed without a word', async () => {
    await expect(service.closeGuest('none')).resolves.toBeUndefined()
  })
})
