/** Fault F09: a module that starts processes while it is imported does not start a chain of them. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { LaneEnd } from '../../main/trace/model.ts'
import { openRun } from '../support/processes.ts'
import { fixture } from '../support/threads.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

test('a process started at import is refused in CPython’s words, in the first process', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'interleave-'))
  const trail = join(folder, 'trail')
  vi.stubEnv('INTERLEAVE_TEST_TRAIL', trail)
  try {
    const run = openRun()
    const outcome = await run.host.run({ target: fixture('starts-process-at-import', 'never') })
    expect(outcome).toMatchObject({ end: LaneEnd.threw, error: { name: 'RuntimeError' } })
    expect(outcome.error?.message).toMatch(
      /^An attempt has been made to start a new process before the current process has finished its bootstrapping phase/,
    )
    expect(outcome.error?.at).toMatch(/^starts-process-at-import\.ts:\d+$/)
    expect(run.exits).toEqual([])
    expect((await readFile(trail, 'utf8')).trim().split('\n')).toEqual([String(process.pid)])
  } finally {
    await rm(folder, { recursive: true })
  }
})
