/** What is said of threads that fail, and what a program waits for: seen from outside. */
import { expect, test } from 'vitest'
import { LaneEnd, OutputStream } from '../../main/trace/model.ts'
import { bundled, drainEvents, openHost, output, shared } from '../support/threads.ts'

async function linesOf(name: string, ...args: readonly unknown[]) {
  const host = openHost()
  const module = bundled('conformance/excepthooks.mjs').href
  const { end, error } = await host.run({ target: { module, name }, args })
  const events = drainEvents(host)
  const lines = (stream: OutputStream) => output(events.filter((event) => event.a === stream))
  return {
    end,
    error,
    out: lines(OutputStream.out),
    errors: lines(OutputStream.error).join('\n'),
    threads: host.threads,
  }
}

test('an error in a thread is printed with its name and where (test_threading.ExceptHookTests.test_excepthook, test_threading.ThreadingExceptionTests.test_print_exception)', async () => {
  const { end, out, errors } = await linesOf('runFailing')
  expect({ end, out }).toEqual({ end: LaneEnd.returned, out: [] })
  expect(errors).toContain('Exception in thread excepthook thread:\n')
  expect(errors).toContain('RangeError: run failed\n')
  expect(errors).toContain('excepthooks.ts:')
})

test('exit() in a thread says nothing (test_threading.ExceptHookTests.test_system_exit)', async () => {
  expect(await linesOf('runLeaving')).toMatchObject({ end: LaneEnd.returned, out: [], errors: '' })
})

test('a hook is told what failed, where and in which thread (test_threading.ExceptHookTests.test_custom_excepthook)', async () => {
  expect(await linesOf('runTold')).toMatchObject({
    out: ['True run failed True told', 'True'],
    errors: '',
  })
})

test('a hook that fails is told of itself (test_threading.ExceptHookTests.test_custom_excepthook_fail)', async () => {
  const { end, errors } = await linesOf('runBroken')
  expect(end).toBe(LaneEnd.returned)
  expect(errors).toMatch(/^Exception in threading\.excepthook:\nTypeError: threading_hook failed\n/)
})

test('the original hook can be put back (test_threading.ExceptHookTests.test_original_excepthook)', async () => {
  const { end, out, errors } = await linesOf('runChanging')
  expect(end).toBe(LaneEnd.returned)
  expect(out).toEqual(['Running a thread failed'])
  expect(errors.match(/^Exception in thread excepthook thread:$/gm)).toHaveLength(3)
})

test('the program waits for a thread that joins its main thread (test_threading.ThreadJoinOnShutdown.test_1_join_on_shutdown)', async () => {
  expect(await linesOf('endBeforeThread')).toMatchObject({
    end: LaneEnd.returned,
    out: ['end of main', 'end of thread'],
    threads: 0,
  })
})

test('exit() in the main thread waits for others all the same (test_threading.ThreadTests.test_join_nondaemon_on_shutdown)', async () => {
  expect(await linesOf('exitBeforeThread')).toMatchObject({ out: ['woke up'], errors: '' })
})

test('daemons end with the program, silently (test_threading.ThreadJoinOnShutdown.test_4_daemon_threads)', async () => {
  const { errors, threads } = await linesOf('leaveDaemons', shared(1))
  expect({ errors, threads }).toEqual({ errors: '', threads: 0 })
})
