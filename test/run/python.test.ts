/** Demos under CPython, from the request to the recording, as every host runs them. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import type { CPythonEngine, Interpreter, OutputLine, RunInfo } from '../../main/run/contract.ts'
import { createForkLauncher } from '../../main/run/fork-launcher.ts'
import { createRunService } from '../../main/run/run-service.ts'
import type { RunService } from '../../main/run/service.ts'
import { ask } from '../support/ask.ts'
import { describeWithPythons, newestPython } from '../support/pythons.ts'

let folder: string
let service: RunService

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'python-'))
  service = createRunService({
    launcher: createForkLauncher({
      runner: join(inject('bundle'), 'runner.mjs'),
      child: join(inject('bundle'), 'child.mjs'),
    }),
    recordings: join(folder, 'recordings'),
    data: join(folder, 'data'),
    cache: join(folder, 'cache'),
    environment: { platform: 'p', node: '20', processors: 2, startedAt: '' },
  })
})
afterEach(async () => {
  await service.dispose()
  await rm(folder, { recursive: true })
})

async function run(request: Readonly<Record<string, unknown>>): Promise<RunInfo> {
  const started = await service.start({ repeats: 1, baseline: false, ...request })
  if (!started.ok) throw new Error(`${started.failure.message} ${started.failure.remedy}`)
  return service.over(started.value.id)
}

const engineOf = ({ path }: Interpreter, changes: Partial<CPythonEngine> = {}): CPythonEngine => ({
  kind: 'cpython',
  path,
  ...changes,
})

async function outputOf({ id }: RunInfo): Promise<readonly OutputLine[]> {
  return (await ask(service, id, 'output', { after: 0 })).lines
}

await describeWithPythons('a demo', (python) => {
  test('prints live, marks its section, and leaves nothing but its recording', async () => {
    const over = await run({
      demo: 'sender-receiver-thread',
      engine: engineOf(python),
      parameters: { items: 3, interval: 0.01 },
    })
    expect(over.status.failure).toBeUndefined()
    expect(over.status.state).toBe('finished')
    const lines = await outputOf(over)
    expect(lines.filter(({ stream }) => stream === 'out').map(({ text }) => text)).toEqual([
      '0',
      '1',
      '2',
    ])
    const summary = await service.summary(over.id)
    expect(summary?.measurements).toHaveLength(1)
    expect(summary?.status.python?.[0]).toMatchObject({
      exit: { code: 0 },
      version: python.version,
      limits: [],
    })
    await service.dispose()
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['cache', 'recordings']))
  })
})

await describeWithPythons(
  'a run',
  (python) => {
    const methods = python.startMethods.filter((method) => method !== 'forkserver').slice(0, 2)

    test('on two engines has sections of both, told apart, and says of each what it was', async () => {
      const { id } = await run({
        demo: 'sender-receiver-thread',
        engine: engineOf(python),
        twin: { kind: 'node' },
        parameters: { items: 2, interval: 0.01 },
        repeats: 2,
      })
      const summary = await service.summary(id)
      const labels = summary?.measurements.map(({ variant }) => variant.replace(/.*@/, '')) ?? []
      expect(labels.map((label) => label.split(' ')[0])).toEqual([
        ...['CPython', 'Node', 'Node', 'CPython'],
      ])
      expect(summary?.status).toMatchObject({ state: 'finished', done: 4, unit: 'sections' })
      expect(summary?.status.python).toHaveLength(1)
    })

    test.skipIf(methods.length < 2)('by two start methods has a status of each', async () => {
      const [engine, twin] = methods.map((startMethod) => engineOf(python, { startMethod }))
      const over = await run({
        ...{ demo: 'sender-receiver-process', engine, twin },
        parameters: { items: 2, interval: 0.01 },
      })
      expect(over.status.failure).toBeUndefined()
      expect(over.status.python?.map(({ startMethod }) => startMethod)).toEqual(methods)
    })

    test.skipIf(!python.startMethods.includes('spawn'))(
      'of the note’s program where it cannot work ends, is explained, and keeps its recording',
      async () => {
        const engine = engineOf(python, { startMethod: 'spawn' })
        const over = await run({ demo: 'sender-receiver-process', variant: 'note-class', engine })
        const { state, failure, python: [told] = [], recording } = over.status
        expect(state).toBe('failed')
        expect(failure?.headline).toContain('cannot be sent to another process')
        expect(told).toMatchObject({ exit: { code: 1 }, explanation: { works: 'class' } })
        const path = recording?.path ?? ''
        expect(failure?.kept).toContain(path)
        const opened = await service.open(path)
        if (!opened.ok) throw new Error(opened.failure.message)
        const { status } = await service.over(opened.value.id)
        expect(status).toMatchObject({ state: 'failed', failure, python: [told] })
      },
    )

    test.skipIf(!python.startMethods.includes('spawn'))(
      'of a pool without a guard is ended before it takes the machine',
      async () => {
        const engine = engineOf(python, { startMethod: 'spawn' })
        const over = await run({ demo: 'pool-map', variant: 'defined', engine })
        expect(over.status.state).toBe('failed')
        expect(over.status.failure?.headline).toContain('over and over again')
        expect(over.status.python?.[0]?.explanation?.works).toBe('guarded')
      },
      120_000,
    )
  },
  async () => [await newestPython()].flatMap((python) => python ?? []),
)
