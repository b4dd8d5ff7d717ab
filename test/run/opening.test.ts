import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { Answer, FromRun, Query, QueryName, RunInfo } from '../../main/run/contract.ts'
import { nanoseconds } from '../../main/core/units.ts'
import { createForkLauncher } from '../../main/run/fork-launcher.ts'
import { receiveCopy } from '../../main/run/recording-copy.ts'
import { createRunService } from '../../main/run/run-service.ts'
import type { RelayedPort, RunService } from '../../main/run/service.ts'
import { decodeFromRun, encodeMessage } from '../../main/run/wire.ts'
import { rebuild } from '../../main/trace/node/rebuild.ts'
import { writeRecording } from '../cli/recording.ts'
import { until } from '../support/until.ts'
import { damageSegments } from '../trace/recordings.ts'

const REQUEST = {
  demo: 'lock-contention',
  parameters: { threads: 2, rounds: 20, hold: 0, work: 0 },
  repeats: 1,
}

let folder: string
let service: RunService

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opening-'))
  service = createRunService({
    launcher: createForkLauncher({
      runner: join(inject('bundle'), 'runner.mjs'),
      child: join(inject('bundle'), 'child.mjs'),
    }),
    recordings: join(folder, 'recordings'),
    data: join(folder, 'data'),
    environment: { platform: 'p', node: '20', processors: 2, startedAt: '' },
  })
})
afterEach(async () => {
  await service.dispose()
  await rm(folder, { recursive: true })
})

/** Runs a small demo to its end. */
async function record(): Promise<RunInfo> {
  const { parameters } = service.catalogue().demos.find(({ id }) => id === REQUEST.demo) ?? {
    parameters: [],
  }
  const known = Object.entries(REQUEST.parameters).filter(([id]) =>
    parameters.some((each) => each.id === id),
  )
  const started = await service.start({ ...REQUEST, parameters: Object.fromEntries(known) })
  if (!started.ok) throw new Error(started.failure.message)
  return service.over(started.value.id)
}

async function open(path: string): Promise<RunInfo> {
  const opened = await service.open(path)
  if (!opened.ok) throw new Error(`${opened.failure.message} ${opened.failure.remedy}`)
  return service.over(opened.value.id)
}

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text))
}

const pathOf = ({ status }: RunInfo): string => status.recording?.path ?? ''

async function ask<Name extends QueryName>(
  id: string,
  name: Name,
  query: Query<Name>,
): Promise<Answer<Name>> {
  const port: RelayedPort | undefined = service.attach(id)
  if (port === undefined) throw new Error('it cannot be asked')
  try {
    return await new Promise((resolve, reject) => {
      port.onMessage((bytes) => {
        const message: FromRun = decodeFromRun(bytes)
        // The run answers a query with the type that contract.ts pairs it with.
        if (message.type === 'answer') resolve(message.answer as Answer<Name>)
        if (message.type === 'refused') reject(new Error(message.message))
      })
      // A union cannot say that name and query belong together.
      port.send(encodeMessage({ type: 'query', id: 1, name, query } as never))
    })
  } finally {
    port.dispose()
  }
}

describe('a recording that is opened', () => {
  test('answers as the run did: rows, tables, output, verdict', async () => {
    const run = await record()
    const summary = await service.summary(run.id)
    const output = await ask(run.id, 'output', { after: 0 })
    const opened = await open(pathOf(run))
    expect(opened.id).not.toBe(run.id)
    expect(opened.status).toMatchObject({
      state: 'finished',
      request: run.status.request,
      events: run.status.events,
      done: run.status.done,
      recording: { path: pathOf(run), opened: true },
    })
    expect(opened.status.recording?.missing).toBeUndefined()
    const again = await service.summary(opened.id)
    expect(again?.verdict).toEqual(summary?.verdict)
    expect(again?.tables).toEqual(summary?.tables)
    expect(again?.measurements).toEqual(summary?.measurements)
    expect(again?.environment).toEqual(summary?.environment)
    expect(await ask(opened.id, 'output', { after: 0 })).toEqual(output)
  })

  test('stores what its events give, byte for byte', async () => {
    const rebuilt = await rebuild(pathOf(await record()))
    expect(rebuilt).toMatchObject({ ok: true, value: { differs: undefined } })
    expect(rebuilt.ok && rebuilt.value.segments).toBeGreaterThan(0)
  })

  test('that was cut short says what is missing, and shows the rest', async () => {
    const run = await record()
    const path = join(folder, 'cut.ilv')
    const bytes = await readFile(pathOf(run))
    await writeFile(path, bytes)
    // Into what the run said at its end, which the trailer follows.
    await truncate(path, bytes.length - 400)
    const { id, status } = await open(path)
    expect(status.state).toBe('stopped')
    expect(status.recording?.missing).toMatch(/cut short.*byte \d+/)
    expect((await service.summary(id))?.tables.lanes.length).toBeGreaterThan(2)
  })

  test('that is damaged where it was not read at first says so, with the byte', async () => {
    const path = join(folder, 'damaged.ilv')
    await writeFile(path, await readFile(pathOf(await record())))
    const offsets = await damageSegments(path)
    const { id, status } = await open(path)
    expect(status.state).toBe('finished')
    const to = nanoseconds(Math.max(1, status.newest / 50))
    const tracks = Array.from({ length: 20 }, (_, track) => track)
    await ask(id, 'view', { from: nanoseconds(0), to, width: 600, tracks })
    const damaged = () =>
      service.runs().find((run) => run.id === id)?.status.recording?.damaged ?? ''
    await until('the damage is told', () => damaged() !== '')
    expect(damaged()).toMatch(/^The part of the recording that begins at byte \d+ is damaged\.$/)
    expect(offsets).toContain(Number(/\d+/.exec(damaged())?.[0]))
  })

  test('of a demo that is not known here is shown, and not judged', async () => {
    const path = join(folder, 'own.ilv')
    await writeRecording(path, 'philosophers')
    const { id, status } = await open(path)
    expect(status.request).toMatchObject({ demo: 'philosophers', variant: 'one-lock' })
    const summary = await service.summary(id)
    expect(summary?.verdict.headline).toContain('cannot judge philosophers')
    expect(summary?.tables.locks).toMatchObject([{ name: 'Lock-1', acquired: 1 }])
  })

  test('has the notes of its run, takes others, and keeps them', async () => {
    const run = await record()
    const moment = { from: nanoseconds(5), to: nanoseconds(9), text: 'here it waits' }
    const first = await ask(run.id, 'addNote', moment)
    const opened = await open(pathOf(run))
    expect(await ask(opened.id, 'notes', {})).toEqual([first])
    const second = await ask(opened.id, 'addNote', { ...moment, text: 'and here' })
    const third = await ask(opened.id, 'addNote', { ...moment, text: 'no more' })
    await ask(opened.id, 'removeNote', { id: third.id })
    const again = await open(pathOf(run))
    expect(await ask(again.id, 'notes', {})).toEqual([first, second])
    expect((await service.summary(again.id))?.status.state).toBe('finished')
  })

  test('gives way to the next run, and a copy is removed with it', async () => {
    const path = join(folder, 'own.ilv')
    await writeRecording(path)
    const content = (async function* () {
      yield await readFile(path)
    })()
    const opened = await service.openCopy({ name: '../../evil/../my run.ilv', content })
    if (!opened.ok) throw new Error(opened.failure.message)
    const { status } = await service.over(opened.value.id)
    expect(status.recording).toMatchObject({ copy: true, opened: true })
    const copy = status.recording?.path ?? ''
    expect(basename(copy)).toBe('my run.ilv')
    expect(await readFile(copy)).toEqual(await readFile(path))
    const run = await record()
    expect(service.runs().map(({ id }) => id)).toEqual([run.id])
    await expect(readFile(copy)).rejects.toThrow('ENOENT')
  })

  test('waits for the end of a run that goes on', async () => {
    const path = join(folder, 'own.ilv')
    await writeRecording(path)
    const started = await service.start({ demo: 'gil-countdown' })
    expect(started.ok).toBe(true)
    const opened = await service.open(path)
    expect(opened).toMatchObject({
      ok: false,
      failure: { message: 'A run of gil-countdown is still going.' },
    })
    if (started.ok) await service.stop(started.value.id)
    expect((await service.open(path)).ok).toBe(true)
  })

  test('can be closed before it has been read', async () => {
    const path = join(folder, 'own.ilv')
    await writeRecording(path)
    const opened = await service.open(path)
    if (!opened.ok) throw new Error(opened.failure.message)
    await service.stop(opened.value.id)
    expect(service.runs()[0]?.status.state).toBe('stopped')
    expect(service.attach(opened.value.id)).toBeUndefined()
  })
})

describe('what cannot be opened', () => {
  const refused = async (name: string): Promise<string> => {
    const opened = await service.open(join(folder, name))
    return opened.ok ? '' : `${opened.failure.message} ${opened.failure.remedy}`
  }

  test('is refused before a process is started for it, with the byte and what to do', async () => {
    await writeRecording(join(folder, 'whole.ilv'))
    const bytes = await readFile(join(folder, 'whole.ilv'))
    await writeFile(join(folder, 'foreign.ilv'), bytes.fill(0, 3, 4))
    await writeRecording(join(folder, 'newer.ilv'))
    const newer = await readFile(join(folder, 'newer.ilv'))
    newer.writeUInt16LE(900, 8)
    await writeFile(join(folder, 'newer.ilv'), newer)
    await writeFile(
      join(folder, 'header.ilv'),
      (await readFile(join(folder, 'whole.ilv'))).subarray(0, 40),
    )
    expect(await refused('nowhere.ilv')).toContain('There is no file ')
    expect(await refused('foreign.ilv')).toMatch(/not an Interleave recording \(at byte 3\)\. Give/)
    expect(await refused('newer.ilv')).toMatch(/version 900.*newer Interleave/)
    expect(await refused('header.ilv')).toMatch(/cut off.*\(at byte 40\)/)
    await truncate(join(folder, 'header.ilv'), 20)
    expect(await refused('header.ilv')).toMatch(/cut off.*\(at byte 20\)/)
    expect(await refused('.')).toContain('is a folder')
    expect(service.runs()).toEqual([])
  })

  test.runIf(process.platform === 'linux')(
    'a pipe that nobody writes to is refused at once',
    async () => {
      spawnSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'pipe.ilv')])
      expect(await refused('pipe.ilv')).toContain('pipe.ilv: not a file. Give')
    },
  )

  // That nothing of them stays is checked after every test.
  test('a copy that is no recording is refused', async () => {
    const content = chunks('no recording, though it is long enough to be one')
    const opened = await service.openCopy({ name: 'foreign.ilv', content })
    expect(opened).toMatchObject({
      ok: false,
      // Where the copy lay is nothing that its owner knows.
      failure: { message: 'foreign.ilv: not an Interleave recording (at byte 0).' },
    })
  })

  test('a copy that is too large, or breaks off, is refused', async () => {
    const large = await receiveCopy({ name: 'large.ilv', content: chunks('12345', '67890') }, 9)
    expect(large).toMatchObject({
      ok: false,
      failure: { message: expect.stringMatching(/large\.ilv is too large/) as string },
    })
    const content = (async function* () {
      yield* chunks('12345')
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
    })()
    const broken = await receiveCopy({ name: 'broken.ilv', content })
    expect(broken).toMatchObject({
      ok: false,
      failure: { message: expect.stringMatching(/not arrive whole.*ECONNRESET/) as string },
    })
  })

  test('damage further inside ends the reading with the byte, and the file is kept', async () => {
    const path = join(folder, 'damaged.ilv')
    await writeRecording(path)
    const bytes = await readFile(path)
    bytes[bytes.length - 20] = (bytes.at(-20) ?? 0) ^ 1
    await writeFile(path, bytes)
    const { status } = await open(path)
    expect(status.state).toBe('failed')
    expect(status.failure?.headline).toMatch(/damaged.*byte \d+/)
    expect(status.failure?.remedy).not.toBe('')
    expect(await readFile(path)).toEqual(bytes)
  })
})

describe('the list of recordings', () => {
  test('has the newest first, with their demos, and only files that lie there', async () => {
    const run = await record()
    const recordings = join(folder, 'recordings')
    await writeRecording(join(recordings, 'old.ilv'))
    await utimes(join(recordings, 'old.ilv'), 1_000, 1_000)
    await writeFile(join(recordings, 'strange.ilv'), 'no recording')
    await utimes(join(recordings, 'strange.ilv'), 2_000, 2_000)
    await writeFile(join(recordings, 'empty.ilv'), '')
    await writeFile(join(recordings, 'notes.txt'), 'x')
    await writeFile(join(folder, 'secret.ilv'), 'secret')
    await symlink(join(folder, 'secret.ilv'), join(recordings, 'link.ilv'))
    expect(await service.recordings()).toMatchObject([
      { path: pathOf(run), demo: 'lock-contention', bytes: run.status.recording?.bytes },
      { name: 'strange.ilv', demo: '', modified: 2_000_000 },
      { name: 'old.ilv', demo: 'lock-contention', variant: 'one-lock', modified: 1_000_000 },
    ])
  })

  test('is empty where there is no folder yet', async () => {
    expect(await service.recordings()).toEqual([])
  })
})
