/** threading.Timer: after test_threading.TimerTests. */
import { expect, test } from 'vitest'
import { LaneEnd } from '../../main/trace/model.ts'
import { Event } from '../../main/threading/event.ts'
import { drainEvents, fixture, openHost, output, runProgram, shared } from '../support/threads.ts'

async function linesOf(name: string): Promise<string[]> {
  const host = openHost()
  await runProgram(host, 'timers', name)
  return output(drainEvents(host))
}

test('a timer calls its function once, in a thread of its own, unless cancelled before or after its start', async () => {
  expect(await linesOf('runTimers')).toEqual([
    'Thread-1 True 0.01 False',
    "[1, 'high', True, 'Thread-1'] True False",
    'True',
    'True False',
  ])
})

test('a timer is cancelled by a thread that was given it', async () => {
  expect(await linesOf('cancelHandedOver')).toEqual(['True 3600', 'False'])
})

test('the program waits for a timer, and not for one that is a daemon', async () => {
  const host = openHost()
  const counts = shared(1)
  await runProgram(host, 'timers', 'leaveTimers', counts)
  expect(counts[0]).toBe(1)
  expect(host.threads).toBe(0)
})

test('a class may extend Timer', async () => {
  expect(await linesOf('runSubclass')).toEqual(['after 0 True', "[4, '', True, 'Thread-1']"])
})

test('a stop ends a timer that waits', async () => {
  const host = openHost()
  const ready = new Event()
  const running = host.run({ target: fixture('timers', 'stopped'), args: [ready] })
  await ready.waitAsync(50)
  const { workers } = host
  await host.stop(20_000)
  expect((await running).end).toBe(LaneEnd.terminated)
  expect(host.workers).toBe(workers)
})
