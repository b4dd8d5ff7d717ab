import { describe, expect, test } from 'vitest'
import { threadClock, Usage } from '../../main/run/usage.ts'
import { EventKind } from '../../main/trace/model.ts'
import type { Tracer } from '../../main/trace/tracer.ts'
import { openRun } from '../support/processes.ts'

interface Used {
  readonly all: number
  readonly own: number
}

function tracing() {
  const used: Used[] = []
  const tracer: Tracer = {
    record(kind, _resource, all, own) {
      if (kind === EventKind.usage) used.push({ all, own })
    },
    recordText: () => undefined,
  }
  return { tracer, used }
}

/** Until this thread has used a processor for so long, by its own clock. */
function burn(microseconds: number, clock = threadClock()): void {
  const until = clock() + microseconds
  while (clock() < until);
}

describe('processor time', () => {
  test('of this thread grows while it computes', () => {
    const clock = threadClock()
    const before = clock()
    burn(20_000, clock)
    expect(clock() - before).toBeGreaterThanOrEqual(20_000)
  })

  test('is told since the last time, the thread’s own within the process’s', () => {
    const { tracer, used } = tracing()
    const usage = new Usage()
    usage.record(tracer)
    burn(50_000)
    usage.record(tracer)
    usage.record(tracer)
    const [, burnt, after] = used
    expect(burnt?.own).toBeGreaterThanOrEqual(40_000)
    expect(burnt?.all).toBeGreaterThanOrEqual(burnt?.own ?? Infinity)
    expect(after?.own).toBeLessThan(burnt?.own ?? 0)
    expect(usage.collecting).toBeGreaterThanOrEqual(50_000_000)
  })

  test('a thread’s clock that runs ahead or back is put right, and nothing is told twice', () => {
    const times = [1e9, 2e9, 1.5e9]
    const { tracer, used } = tracing()
    const usage = new Usage(() => times.shift() ?? 0)
    usage.record(tracer)
    usage.record(tracer)
    for (const { all, own } of used) {
      expect(own).toBeGreaterThanOrEqual(0)
      expect(own).toBeLessThanOrEqual(all)
    }
  })

  test('of a child process is in what it records, at its beginning and at its end', async () => {
    const run = openRun()
    await run.run('receiveTen')
    const usage = run.childEvents().filter(({ kind }) => kind === EventKind.usage)
    expect(usage.length).toBeGreaterThanOrEqual(2)
    expect(usage.some(({ a }) => a > 0)).toBe(true)
  })
})
