/** A checker that finds nothing proves nothing: every planted bug must be found. */
import { afterAll, expect, test } from 'vitest'
import { explore } from './explorer.ts'
import { loadSubjects } from './load.ts'
import { lockingMutants } from './mutants/locks.ts'
import { signalMutants } from './mutants/signals.ts'
import { waitingMutants } from './mutants/waiters.ts'

const mutants = [...lockingMutants, ...waitingMutants, ...signalMutants]

/** Milliseconds: on a machine that is busy with other things. */
const TIMEOUT = 120_000

const schedules: string[] = []
afterAll(() => process.stdout.write(`${schedules.join('\n\n')}\n`))

for (const { bug, file, find, replace, scenario, bounds, problem } of mutants)
  test(`${file}: ${bug}`, { timeout: TIMEOUT }, async () => {
    const subjects = await loadSubjects({ file, find, replace })
    const { finding, states } = explore(scenario, subjects, bounds)
    schedules.push(
      `${file}: ${bug} (found in state ${states})\n${finding?.schedule ?? 'not found'}`,
    )
    expect(finding?.problem).toMatch(problem)
  })
