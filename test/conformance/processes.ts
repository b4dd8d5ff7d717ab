/**
 * Declares the behaviours of a program of multiprocessing as tests, in both forms: blocking in the
 * main thread of a run, async on its event loop. The processes that it starts are real ones.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { join } from 'node:path'
import { ChildRegistry } from '../../main/run/children.ts'
import { createForkLauncher } from '../../main/run/fork-launcher.ts'
import { ThreadHost } from '../../main/run/thread-host.ts'
import { Control } from '../../main/threading/runtime.ts'
import { registerModule } from '../../main/threading/targets.ts'
import { LaneEnd } from '../../main/trace/model.ts'
import { checkAtEnd } from '../support/leaks.ts'
import { bundled, drainEvents, output, readRecords, type TracedEvent } from '../support/threads.ts'
import { until } from '../support/until.ts'
import type { Program } from './suite.ts'

const FORMS = ['blocking', 'async'] as const
/** What the runner sets to 0 at the beginning of a section. */
const COUNTERS = [
  Control.stop,
  Control.threadNames,
  Control.processNames,
  Control.processes,
  Control.startMethod,
]

/**
 * All tests share one thread host and one registry of processes, as the sections of a run do.
 * @param name of the file in programs/, without `.ts`.
 * @param program its namespace.
 */
export function processConformance(name: string, program: Program): void {
  const url = bundled(`conformance/${name}.mjs`).href
  const said: TracedEvent[] = []
  let host: ThreadHost
  let registry: ChildRegistry
  checkAtEnd()

  beforeAll(() => {
    host = new ThreadHost({ workerEntry: bundled('worker.mjs'), processNumber: 0 })
    const child = join(inject('bundle'), 'child.mjs')
    const launcher = createForkLauncher({ runner: '', child })
    registry = new ChildRegistry({
      control: host.control,
      launch: (args) => launcher.fork('child', args),
      traced: true,
      onTrace: ({ source, records }) => said.push(...readRecords(source, records)),
      onExit: () => undefined,
      onNotice: () => undefined,
    })
    // The event loop's functions are those of the bundled module for the workers and processes.
    registerModule(url, program)
  })
  afterAll(async () => {
    await registry.dispose()
    await host.dispose()
    expect(registry.pids).toEqual([])
  })

  beforeEach(() => {
    for (const counter of COUNTERS) Atomics.store(host.control, counter, 0)
    drainEvents(host)
    said.splice(0)
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') Atomics.store(host.control, Control.stop, 1)
    await until('all threads have ended', () => host.threads === 0)
    // Ends daemons, waits for the others.
    if (task.result?.state === 'fail') await registry.endAll()
    await registry.endSection()
    expect(registry.size).toBe(0)
  })

  async function runBlocking(title: string, variant: string): Promise<void> {
    const { end, error } = await host.run({
      target: { module: url, name: 'run' },
      args: [title, variant],
    })
    if (end !== LaneEnd.returned) throw new Error(error?.stack ?? `ended with ${end}`)
  }

  async function runForm(
    form: (typeof FORMS)[number],
    title: string,
    variant: string,
  ): Promise<void> {
    try {
      await (form === 'blocking' ? runBlocking(title, variant) : program.run(title, variant))
    } catch (error) {
      const words = output([...drainEvents(host), ...said])
      if (error instanceof Error && words.length > 0) error.message += `\n${words.join('\n')}`
      throw error
    }
  }

  describe.each(FORMS)('%s', (form) => {
    for (const { variants: all, behaviours } of program.suites)
      for (const { title, follows, forms = FORMS, variants = all } of behaviours)
        for (const variant of forms.includes(form) ? variants : []) {
          const source = follows.length > 0 ? ` (${follows.join(', ')})` : ''
          test(`${title}: ${variant}${source}`, () => runForm(form, title, variant))
        }
  })
}
