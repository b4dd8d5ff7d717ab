import { expect, test } from 'vitest'
import { LaneEnd } from '../../main/trace/model.ts'
import { runProgram, type ProgramOptions } from '../../main/run/program.ts'
import { bundled } from '../support/threads.ts'

async function run(name: string, options: ProgramOptions = {}) {
  const lines: string[] = []
  const outcome = await runProgram(bundled('fixtures/programs.mjs'), name, {
    entries: bundled('./'),
    onOutput: (stream, text) => lines.push(`${stream} ${text.split('\n', 2).join(' | ')}`),
    ...options,
  })
  return { outcome, lines }
}

test.each([false, true])(
  'a program with threads and processes runs outside of the app, GIL: %s',
  async (gil) => {
    const { outcome, lines } = await run('main', { args: ['world'], gil })
    expect(outcome).toMatchObject({ name: 'MainThread', end: LaneEnd.returned })
    expect(lines).toEqual([
      'out hello world Process-1',
      'error Exception in thread fails: | TypeError: on purpose',
      expect.stringMatching(/^out <Thread\(MainThread, started 2\)> True 2$/),
      'out late',
    ])
  },
)

test('what the main function throws or gives to exit() is its outcome', async () => {
  const { outcome, lines } = await run('fail')
  expect(outcome).toMatchObject({ end: LaneEnd.threw, error: { message: 'on purpose' } })
  expect(lines).toEqual([expect.stringMatching(/^error TypeError: on purpose/)])
  expect((await run('leave', { args: [3] })).outcome.exitCode).toBe(3)
  expect((await run('nowhere')).outcome.error?.message).toMatch(/exports no function nowhere/)
})

test('a thread that dies is no secret', async () => {
  const { outcome, lines } = await run('outliveThread')
  expect(outcome.end).toBe(LaneEnd.returned)
  expect(lines).toEqual(['error short: process.exit(3) ended the thread'])
})

test('a program is stopped, and not begun after that', async () => {
  const stop = new AbortController()
  const { outcome } = await run('wait', { signal: stop.signal, onOutput: () => stop.abort() })
  expect(outcome.end).toBe(LaneEnd.terminated)
  await expect(run('wait', { signal: stop.signal })).rejects.toThrow(/aborted/)
})
