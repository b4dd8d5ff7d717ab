/** Declares the behaviours of a program in programs/ as tests, in every form. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ThreadHost } from '../../main/run/thread-host.ts'
import { Control } from '../../main/threading/runtime.ts'
import { registerModule } from '../../main/threading/targets.ts'
import { LaneEnd, OutputStream } from '../../main/trace/model.ts'
import { checkAtEnd } from '../support/leaks.ts'
import { bundled, drainEvents, output } from '../support/threads.ts'
import { until } from '../support/until.ts'
import { settleTasks, useTasks } from './driver.ts'
import { FORMS, type Form, type Program } from './suite.ts'

/**
 * All tests share one thread host: its workers are used again, as in a run.
 * @param name of the file in programs/, without `.ts`.
 * @param program its namespace.
 */
export function conformance(name: string, program: Program): void {
  const url = bundled(`conformance/${name}.mjs`).href
  let host: ThreadHost
  checkAtEnd()

  beforeAll(() => {
    host = new ThreadHost({ workerEntry: bundled('worker.mjs'), processNumber: 1 })
    // The event loop's functions are those of the bundled module for the workers.
    registerModule(url, program)
  })
  afterAll(() => host.dispose())

  beforeEach(() => {
    // A run that ends stops its daemons.
    Atomics.store(host.control, Control.stop, 0)
    drainEvents(host)
  })
  afterEach(async ({ task }) => {
    // The host hears of an end a little later than who joins; who failed may leave them blocked.
    const within = task.result?.state === 'fail' ? 0 : 5000
    const ended = await until('all threads have ended', () => host.threads === 0, within).then(
      () => true,
      () => false,
    )
    Atomics.store(host.control, Control.stop, 1)
    const tasks = await settleTasks()
    await host.stop()
    expect({ ended, tasks }, 'what the behaviour started').toEqual({ ended: true, tasks: 0 })
  })

  async function runBlocking(title: string, variant: string): Promise<void> {
    const { end, error } = await host.run({
      target: { module: url, name: 'run' },
      args: [title, variant],
    })
    if (end !== LaneEnd.returned) throw new Error(error?.stack ?? `ended with ${end}`)
  }

  async function runForm(form: Form, title: string, variant: string): Promise<void> {
    try {
      useTasks(form === 'tasks')
      await (form === 'blocking' ? runBlocking(title, variant) : program.run(title, variant))
    } catch (error) {
      const said = output(drainEvents(host).filter((event) => event.a === OutputStream.error))
      if (error instanceof Error && said.length > 0) error.message += `\n${said.join('\n')}`
      throw error
    }
  }

  const behaviours = program.suites.flatMap((suite) => suite.behaviours)
  const used = FORMS.filter((form) => behaviours.some(({ forms = FORMS }) => forms.includes(form)))
  describe.each(used)('%s', (form) => {
    for (const { variants: all, behaviours } of program.suites)
      for (const { title, follows, forms = FORMS, variants = all } of behaviours)
        for (const variant of forms.includes(form) ? variants : []) {
          const source = follows.length > 0 ? ` (${follows.join(', ')})` : ''
          test(`${title}: ${variant}${source}`, () => runForm(form, title, variant))
        }
  })
}
