/** What CPython checks by the output of a whole program, or by the processes that it left. */
import { describe, expect, test } from 'vitest'
import { EventKind } from '../../main/trace/model.ts'
import { openRun } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { bundled } from '../support/threads.ts'
import { registerModule } from '../../main/threading/targets.ts'
import { getContext } from '../../main/multiprocessing/index.ts'
import * as program from './programs/multiprocessing-process.ts'

const register = () =>
  registerModule(bundled('conformance/multiprocessing-process.mjs').href, program)

test('all of an error of a child is printed (_test_multiprocessing._TestSubclassingProcess.test_stderr_flush)', async () => {
  const run = openRun()
  register()
  const child = new (getContext('spawn').Process)({ target: program.endAs, args: ['throw'] })
  await child.startAsync()
  await child.joinAsync(20)
  expect(child.exitcode).toBe(1)
  const said = run
    .childEvents()
    .filter(({ kind }) => kind === EventKind.output)
    .map(({ text }) => text)
    .join('\n')
  expect(said).toContain('TypeError: on purpose')
  expect(said).toContain('multiprocessing-process.ts')
})

test('a module that starts processes at import starts none (_test_multiprocessing.TestNoForkBomb.test_noforkbomb)', async () => {
  const run = openRun()
  await expect(run.runOf('processes-at-import', 'never')).rejects.toThrow(
    'RuntimeError: An attempt has been made to start a new process before the current process has ' +
      'finished its bootstrapping phase.',
  )
  expect(run.registry.pids).toEqual([])
})

describe.each(['SIGINT', 'SIGKILL'] as const)(
  'processes kept in stock that die (%s) are replaced',
  (signal) => {
    test('_test_multiprocessing._TestProcess.test_forkserver_sigint, _test_multiprocessing._TestProcess.test_forkserver_sigkill', async () => {
      const run = openRun()
      register()
      const { Process } = getContext('prewarmed')
      const first = new Process({ target: program.nothing })
      await first.startAsync()
      await first.joinAsync(20)
      const spares = () => run.registry.pids.filter((pid) => pid !== first.pid)
      await until('there are spares', () => spares().length > 0)
      const killed = spares()
      for (const pid of killed) process.kill(pid, signal)
      const second = new Process({ target: program.nothing })
      await second.startAsync()
      await second.joinAsync(20)
      expect(second.exitcode).toBe(0)
    })
  },
)
