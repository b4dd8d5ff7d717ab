/** Runs of several cases, as they are run, and as their recordings say it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createForkLauncher } from '../../main/run/fork-launcher.ts'
import type { RunInfo, RunSummary } from '../../main/run/contract.ts'
import { createRunService } from '../../main/run/run-service.ts'
import type { RunService } from '../../main/run/service.ts'
import { until } from '../support/until.ts'

let folder: string
let service: RunService

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cases-'))
  service = createRunService({
    launcher: createForkLauncher({
      runner: join(inject('bundle'), 'runner.mjs'),
      child: join(inject('bundle'), 'child.mjs'),
    }),
    recordings: join(folder, 'recordings'),
    data: join(folder, 'data'),
    environment: { platform: 'p', node: '20', processors: 2, startedAt: '' },
  })
})
afterEach(async () => {
  await service.dispose()
  await rm(folder, { recursive: true })
})

async function start(request: object): Promise<string> {
  const started = await service.start(request)
  if (!started.ok) throw new Error(`${started.failure.message} ${started.failure.remedy}`)
  return started.value.id
}

async function opened({ status }: RunInfo): Promise<RunSummary | undefined> {
  const again = await service.open(status.recording?.path ?? '')
  if (!again.ok) throw new Error(again.failure.message)
  await service.over(again.value.id)
  return service.summary(again.value.id)
}

const labels = (summary: RunSummary | undefined) =>
  summary?.measurements.map(({ variant, repeat }) => `${variant} ${repeat}`)

const SWEEP = [{ parameter: 'threads', values: [3, 1] }]
const REQUEST = {
  demo: 'lock-fairness',
  parameters: { rounds: 3, held: 0.01 },
  repeats: 2,
  sweep: SWEEP,
}

test('a sweep runs each section with the values of its point, and its recording says so', async () => {
  const id = await start(REQUEST)
  const over = await service.over(id)
  // Rounds by threads, of the variant and of its baseline, twice.
  expect(over.status).toMatchObject({ state: 'finished', done: 48, total: 48, sections: 8 })
  const summary = await service.summary(id)
  expect(labels(summary)).toEqual([
    ...[
      'hand-off?threads=3 1',
      'barging?threads=3 1',
      'hand-off?threads=1 1',
      'barging?threads=1 1',
    ],
    ...[
      'barging?threads=1 2',
      'hand-off?threads=1 2',
      'barging?threads=3 2',
      'hand-off?threads=3 2',
    ],
  ])
  const again = await opened(over)
  expect(again?.status.request).toEqual(over.status.request)
  expect(again?.status.request).toMatchObject({ sweep: SWEEP, baseline: true })
  expect(labels(again)).toEqual(labels(summary))
  expect(again?.verdict).toEqual(summary?.verdict)
})

test('a sweep that is stopped keeps the sections that had ended, and can be opened', async () => {
  const id = await start({
    ...REQUEST,
    baseline: false,
    parameters: { rounds: 100_000, held: 1 },
    sweep: [
      { parameter: 'rounds', values: [1, 100_000] },
      { parameter: 'threads', values: [1, 2] },
    ],
    repeats: 1,
  })
  await until('the third section', () => service.runs()[0]?.status.section === 3)
  await service.stop(id)
  const over = await service.over(id)
  expect(over.status).toMatchObject({ state: 'stopped', section: 3, sections: 4 })
  const expected = ['hand-off?rounds=1&threads=1 1', 'hand-off?rounds=1&threads=2 1']
  expect(labels(await service.summary(id))).toEqual(expected)
  const again = await opened(over)
  expect(labels(again)).toEqual(expected)
  expect(again?.status.request.sweep).toHaveLength(2)
})

test('other variants are run in turns, each under the GIL that it asks for', async () => {
  const id = await start({
    demo: 'gil-countdown',
    parameters: { count: 1_000, steps: 1 },
    others: ['one-thread', 'two-threads-parallel'],
    sweep: [{ parameter: 'switchInterval', values: [1, 5] }],
    repeats: 1,
  })
  const over = await service.over(id)
  expect(over.status.state).toBe('finished')
  const summary = await service.summary(id)
  expect(labels(summary)).toEqual(
    [1, 5].flatMap((value) =>
      ['two-threads-gil', 'one-thread', 'two-threads-parallel'].map(
        (variant) => `${variant}?switchInterval=${value} 1`,
      ),
    ),
  )
  // One GIL for each section that has one.
  expect(summary?.tables.locks.filter(({ kind }) => kind === 'GIL').length).toBeGreaterThan(0)
})

test('what would take hours is refused before anything is started', async () => {
  const refused = await service.start({ ...REQUEST, parameters: { rounds: 100_000, held: 1_000 } })
  if (refused.ok) throw new Error('started')
  expect(refused.failure.message).toMatch(/would take at least .*h/)
  expect(service.runs()).toEqual([])
})
