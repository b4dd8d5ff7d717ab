import { expect, test } from 'vitest'
import { Event } from '../../main/threading/event.ts'
import { openHost, runProgram, shared } from '../support/threads.ts'

test('no wake-up is lost between two threads that wait for each other', async () => {
  await runProgram(openHost(), 'primitives', 'pingPong', 5_000)
})

test('no wake-up is lost under a GIL either', async () => {
  const host = openHost()
  await runProgram(host, 'primitives', 'pingPong', 500, { gil: true })
})

test('wait gives up after its timeout', async () => {
  const results = shared(4)
  await runProgram(openHost(), 'primitives', 'eventTimesOut', results)
  expect([...results]).toEqual([0, 0, 1, 0])
})

test('a waiter is let through though the event is cleared again at once', async () => {
  openHost()
  const event = new Event()
  const waiting = event.waitAsync(50)
  event.set()
  event.clear()
  expect(await waiting).toBe(true)
  expect(event.isSet()).toBe(false)
})

test('a negative timeout does not wait, and NaN is refused instead of waiting for ever', async () => {
  openHost()
  const event = new Event()
  expect(await event.waitAsync(-1)).toBe(false)
  await expect(event.waitAsync(NaN)).rejects.toThrow('Invalid value NaN (not a number)')
})
