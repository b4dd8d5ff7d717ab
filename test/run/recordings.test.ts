import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  automaticName,
  pruneRecordings,
  recordingsFolder,
  releaseRecording,
  reserveRecording,
} from '../../main/run/recordings.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recordings-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('where recordings go', () => {
  test('the user’s own folder wins over the platform’s', () => {
    expect(recordingsFolder({ INTERLEAVE_RECORDINGS: '/r' }, 'linux')).toBe('/r')
    expect(recordingsFolder({ XDG_DATA_HOME: '/data' }, 'linux')).toBe(
      join('/data', 'interleave', 'recordings'),
    )
    // Neither may end up in whatever folder the host was started in.
    for (const XDG_DATA_HOME of ['', 'data'])
      expect(recordingsFolder({ XDG_DATA_HOME }, 'linux')).toBe(recordingsFolder({}, 'linux'))
  })

  test('a folder that cannot be made is refused in a sentence that names the file', async () => {
    const blocker = join(folder, 'file')
    await writeFile(blocker, '')
    const reserved = await reserveRecording(join(blocker, 'run.ilv'))
    expect(reserved.ok).toBe(false)
    if (!reserved.ok) {
      expect(reserved.failure.kind).toBe('environment')
      expect(reserved.failure.message).toContain(join(blocker, 'run.ilv'))
      expect(reserved.failure.remedy).not.toBe('')
    }
  })

  test.runIf(process.platform === 'linux')(
    'a folder where none can ever be made is refused, not tried for ever',
    async () => {
      const reserved = await reserveRecording('/proc/interleave/recordings/run.ilv')
      expect(reserved).toMatchObject({ ok: false, failure: { kind: 'environment' } })
    },
  )

  test('a reservation that came to nothing leaves no empty file', async () => {
    const path = join(folder, 'deep', 'run.ilv')
    expect((await reserveRecording(path)).ok).toBe(true)
    await releaseRecording(path)
    expect(await readdir(join(folder, 'deep'))).toEqual([])
  })

  test('a recording with content is never released', async () => {
    const path = join(folder, 'run.ilv')
    await writeFile(path, 'kept')
    await releaseRecording(path)
    expect(await readdir(folder)).toEqual(['run.ilv'])
  })
})

describe('keeping the newest', () => {
  test('only automatic names are ever removed, oldest first, over all demos', async () => {
    const names = Array.from({ length: 5 }, (_, day) =>
      automaticName(day % 2 ? 'a-demo' : 'z-demo', new Date(Date.UTC(2026, 0, day + 1))),
    )
    for (const name of [...names, 'mine.ilv', 'notes.txt']) await writeFile(join(folder, name), 'x')
    await pruneRecordings(folder, 2)
    expect((await readdir(folder)).sort()).toEqual(
      [...names.slice(3), 'mine.ilv', 'notes.txt'].sort(),
    )
  })

  test('a folder that does not exist has nothing to prune', async () => {
    await expect(pruneRecordings(join(folder, 'none'))).resolves.toBeUndefined()
  })
})
