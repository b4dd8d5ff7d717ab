/** Programs that stand still, or that throw, on both engines: found, explained, and stopped. */
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { createForkLauncher } from '../../main/run/fork-launcher.ts'
import { SCRIPT_DEMO, type Deadlock, type Interpreter } from '../../main/run/contract.ts'
import { createRunService } from '../../main/run/run-service.ts'
import type { RunService } from '../../main/run/service.ts'
import { deadlockWords } from '../../main/trace/deadlock-words.ts'
import { ask } from '../support/ask.ts'
import { describeWithPythons, newestPython } from '../support/pythons.ts'
import { until } from '../support/until.ts'

let folder: string
let service: RunService

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stuck-'))
  const entry = (name: string) => join(inject('bundle'), `${name}.mjs`)
  service = createRunService({
    launcher: createForkLauncher({
      runner: entry('runner'),
      child: entry('child'),
      loader: entry('loader'),
    }),
    recordings: join(folder, 'recordings'),
    data: join(folder, 'data'),
    cache: join(folder, 'cache'),
    environment: { platform: 'p', node: '20', processors: 2, startedAt: '' },
  })
})
afterEach(async () => {
  await service.dispose()
  await rm(folder, { recursive: true, force: true })
})

async function start(request: object): Promise<string> {
  const started = await service.start(request)
  if (!started.ok) throw new Error(`${started.failure.message} ${started.failure.remedy}`)
  return started.value.id
}

/** Who waits for whom, and where, once all of it is known. */
async function deadlock(file: string): Promise<Deadlock> {
  const status = () => service.runs()[0]?.status
  const isWhole = (): boolean => {
    const { members = [], kind } = status()?.deadlock ?? {}
    return (
      kind === 'cycle' &&
      members.length === 2 &&
      members.every(({ at, holder }) => at.startsWith(file) && holder?.at.startsWith(file))
    )
  }
  // What is known of it comes piece by piece: a thread says where it waits after a slice.
  await until('the deadlock', isWhole, 60_000)
  const found = status()?.deadlock
  if (found === undefined) throw new Error('no deadlock')
  return found
}

/** Who has thrown, once everybody waits, and the words about it. */
async function stranded(): Promise<string> {
  const found = () => service.runs()[0]?.status.deadlock
  const isWhole = (): boolean => (found()?.thrown?.[0]?.place ?? '') !== ''
  await until('the deadlock', isWhole, 60_000)
  const deadlock = found()
  if (deadlock === undefined) throw new Error('no deadlock')
  expect(deadlock.kind).toBe('everybody')
  return deadlockWords(deadlock).details[0] ?? ''
}

const NODE = `import { defineDemo } from 'interleave/demo'
import { Barrier, Lock, Thread } from 'interleave/threading'

export function both(first: Lock, second: Lock, met: Barrier): void {
  first.withLock(() => {
    met.wait()
    second.withLock(() => undefined)
  })
}

export function stuck(): void {
  const [a, b] = [new Lock({ name: 'a' }), new Lock({ name: 'b' })]
  const met = new Barrier(2)
  const pairs = [[a, b, met], [b, a, met]] as const
  const threads = pairs.map((args) => new Thread({ target: both, args: [...args] }))
  for (const thread of threads) thread.start()
  for (const thread of threads) thread.join()
}

function inner(depth: number): void {
  if (depth === 0) throw new TypeError('on purpose')
  inner(depth - 1)
}

export function throws(): void {
  inner(2)
}

export function comes(met: Barrier, isLast: boolean): void {
  if (isLast) throw new RangeError('on purpose')
  met.wait()
}

export function strands(): void {
  const met = new Barrier(2, { name: 'met' })
  const threads = [false, true].map((isLast) => new Thread({ target: comes, args: [met, isLast] }))
  for (const thread of threads) thread.start()
  for (const thread of threads) thread.join()
}

export default defineDemo({
  title: 'Stuck',
  summary: 'Stands still, or throws.',
  variants: {
    stuck: { label: 'Stuck', run: stuck },
    throws: { label: 'Throws', run: throws },
    strands: { label: 'Strands', run: strands },
  },
})
`

describe('a program on Node', () => {
  beforeEach(async () => {
    const demos = join(folder, 'demos')
    await mkdir(demos)
    await writeFile(join(demos, 'stuck.demo.ts'), NODE)
    const used = await service.useOwnDemos(demos)
    expect(used.ok && used.value.broken).toEqual([])
  })

  test('that deadlocks is explained with its lines, and can be stopped', async () => {
    const id = await start({ demo: 'own-stuck', repeats: 1 })
    const { members, behind } = await deadlock('stuck.demo.ts')
    expect(members.map(({ doing }) => doing).sort()).toEqual(['Waiting for a', 'Waiting for b'])
    expect(behind).toEqual(['MainThread'])
    await service.stop(id)
    const { status } = await service.over(id)
    expect(status.state).toBe('stopped')
    // Which one it was stands in the status of the run that is over.
    expect(status.deadlock?.members).toHaveLength(2)
  })

  test('that throws in one thread of a barrier says who will never come', async () => {
    const id = await start({ demo: 'own-stuck', variant: 'strands', repeats: 1 })
    expect(await stranded()).toMatch(
      /^Thread-2 .*has ended with RangeError at stuck[.]demo[.]ts:30 after .*, and will never come to barrier met[.]$/,
    )
    await service.stop(id)
    expect((await service.over(id)).status.deadlock?.thrown).toHaveLength(1)
  })

  test('that throws says where, with the stack of the program', async () => {
    const id = await start({ demo: 'own-stuck', variant: 'throws', repeats: 1 })
    const { status } = await service.over(id)
    expect(status.state).toBe('failed')
    expect(status.failure?.headline).toBe(
      'The program failed at stuck.demo.ts:21: TypeError: on purpose.',
    )
    const lines = status.failure?.detail.match(/stuck[.]demo[.]ts:\d+/g)
    expect(lines).toEqual([21, 22, 22, 26].map((line) => `stuck.demo.ts:${line}`))
  })
})

const DEADLOCK = `import threading
a, b, met = threading.Lock(), threading.Lock(), threading.Barrier(2)
def both(first, second):
    with first:
        met.wait()
        with second:
            pass
threads = [threading.Thread(target=both, args=pair) for pair in ((a, b), (b, a))]
for thread in threads: thread.start()
for thread in threads: thread.join()
`

const STRANDS = `import threading
met = threading.Barrier(2)
def comes(last):
    if last:
        raise ValueError('on purpose')
    met.wait()
threads = [threading.Thread(target=comes, args=(last,)) for last in (False, True)]
for thread in threads: thread.start()
for thread in threads: thread.join()
`

const ERROR = `def inner(depth):
    if depth == 0:
        raise ValueError('on purpose')
    inner(depth - 1)
inner(2)
`

await describeWithPythons(
  'a program',
  (python: Interpreter) => {
    const script = async (text: string) => {
      const path = join(folder, 'script.py')
      await writeFile(path, text)
      return start({
        demo: SCRIPT_DEMO,
        repeats: 1,
        engine: { kind: 'cpython', path: python.path },
        script: {
          ...{ path, folder, arguments: [], input: '' },
          consent: createHash('sha256').update(text).digest('hex'),
        },
      })
    }

    test('that deadlocks is explained with its lines, and can be stopped', async () => {
      const id = await script(DEADLOCK)
      const { members, behind } = await deadlock('script.py')
      expect(members.map(({ at }) => at)).toEqual(['script.py:6', 'script.py:6'])
      expect(members.map(({ holder }) => holder?.at)).toEqual(['script.py:4', 'script.py:4'])
      expect(behind).toEqual(['MainThread'])
      await service.stop(id)
      const { status } = await service.over(id)
      expect(status).toMatchObject({ state: 'stopped' })
      expect(status.deadlock?.members).toHaveLength(2)
    })

    test('that raises in one thread of a barrier says who will never come', async () => {
      const id = await script(STRANDS)
      expect(await stranded()).toMatch(
        /^Thread-2.* has ended with ValueError at script[.]py:5 after .*, and will never come to Barrier-1[.]$/,
      )
      await service.stop(id)
      expect((await service.over(id)).status.deadlock?.thrown).toHaveLength(1)
    })

    test('that raises shows its traceback with its lines', async () => {
      const id = await script(ERROR)
      const { status } = await service.over(id)
      expect(status.python?.[0]?.exit).toMatchObject({ code: 1 })
      const { lines } = await ask(service, id, 'output', { after: 0 })
      const text = lines.map((line) => line.text).join('\n')
      for (const line of [5, 4, 3]) expect(text).toContain(`script.py", line ${line}, in`)
      expect(text).toContain('ValueError: on purpose')
    })
  },
  async () => [await newestPython()].flatMap((python) => python ?? []),
)
