/** How long a demo of the user's own may take to load, on a machine on which processes come up slowly. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { disposable } from '../../main/core/disposables.ts'
import { loadDemo, LOADING_LIMIT } from '../../main/run/own/load-demo.ts'
import type { FromLoader } from '../../main/run/own/loader-channel.ts'
import type { Loaded } from '../../main/run/own/loaded.ts'
import type { LaunchedProcess, ProcessExit } from '../../main/run/process.ts'

const TASK = { id: 'own-slow', path: '/nowhere/slow.demo.ts', folder: '/nowhere', out: '/out' }
const BROKEN = { file: 'slow.demo.ts', line: 3, message: 'words', remedy: '', detail: '' }

/** A loader that does what it is told here. */
class FakeLoader implements LaunchedProcess {
  readonly pid = 1
  readonly posted: unknown[] = []
  #exit: (exit: ProcessExit) => void = () => undefined
  say: (message: FromLoader) => void = () => undefined

  post(message: unknown): void {
    this.posted.push(message)
  }
  onMessage(listener: (message: unknown) => void) {
    this.say = listener
    return disposable(() => undefined)
  }
  onSpawn() {
    return disposable(() => undefined)
  }
  onExit(listener: (exit: ProcessExit) => void) {
    this.#exit = listener
    return disposable(() => undefined)
  }
  terminate(): void {
    this.kill()
  }
  kill(): void {
    this.#exit({ code: undefined, signal: 'SIGKILL' })
  }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

async function loading(): Promise<{ loader: FakeLoader; loaded: Promise<Loaded> }> {
  const loader = new FakeLoader()
  let loaded: Promise<Loaded> | undefined
  await new Promise<void>((forked) => {
    const fork = () => {
      // Its listeners are there in the next turn.
      setImmediate(forked)
      return loader
    }
    loaded = loadDemo({ fork }, TASK, new AbortController().signal)
  })
  if (loaded === undefined) throw new Error('not forked')
  return { loader, loaded }
}

test('the time in which the loader comes up is not the demo’s', async () => {
  const { loader, loaded } = await loading()
  vi.advanceTimersByTime(4 * LOADING_LIMIT)
  loader.say({ type: 'ready' })
  expect(loader.posted).toEqual([TASK])
  vi.advanceTimersByTime(LOADING_LIMIT - 1)
  loader.say({ type: 'broken', broken: BROKEN, files: {} })
  expect(await loaded).toMatchObject({ broken: BROKEN })
})

test('a demo whose top level goes on for ever is given up', async () => {
  const { loader, loaded } = await loading()
  loader.say({ type: 'ready' })
  vi.advanceTimersByTime(LOADING_LIMIT)
  expect(await loaded).toMatchObject({
    broken: { message: 'It did not come to the end of its top level within 5 s.' },
  })
})

test('a loader that never comes up is given up as well', async () => {
  const { loaded } = await loading()
  vi.runAllTimers()
  expect(await loaded).toMatchObject({ type: 'broken' })
})
