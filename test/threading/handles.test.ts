import { expect, test } from 'vitest'
import { LaneEnd } from '../../main/trace/model.ts'
import { fromHandles, toHandles } from '../../main/threading/handles.ts'
import { Lock } from '../../main/threading/lock.ts'
import { Queue } from '../../main/threading/queue/queue.ts'
import { fixture, openHost } from '../support/threads.ts'

test('primitives inside plain data are shared with the thread', async () => {
  const host = openHost()
  const [first, second] = [new Queue<number>(), new Queue<number>()]
  first.put(41)
  const outcome = await host.run({
    target: fixture('primitives', 'passOn'),
    args: [new Lock(), { queues: [first, second], gil: null }],
  })
  expect(outcome.end).toBe(LaneEnd.returned)
  expect(second.get()).toBe(42)
})

test('the same data twice, and circular data, keep their shape', () => {
  openHost()
  const lock = new Lock({ name: 'one' })
  const data: Record<string, unknown> = { lock, again: lock, list: [1, new Date(0)] }
  data['self'] = data
  const copy = fromHandles(structuredClone(toHandles(data))) as typeof data
  expect(copy['self']).toBe(copy)
  expect(copy['lock']).toBe(copy['again'])
  expect(copy['lock']).toBeInstanceOf(Lock)
  expect((copy['lock'] as Lock).resource).toBe(lock.resource)
  lock.acquire(false)
  expect((copy['lock'] as Lock).locked()).toBe(true)
  expect(copy['list']).toEqual([1, new Date(0)])
})

test('a function as argument is refused', async () => {
  const outcome = await openHost().run({ target: fixture('primitives', 'passFunction') })
  expect(outcome.error).toMatchObject({ name: 'PicklingError' })
})

test('a primitive made while its module is imported is refused: no thread would share it', async () => {
  const outcome = await openHost().run({ target: fixture('module-level', 'useLock') })
  expect(outcome.end).toBe(LaneEnd.threw)
  expect(outcome.error?.message).toMatch(/^no Lock while a module is imported/)
})
