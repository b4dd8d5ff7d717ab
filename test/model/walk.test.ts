/** Deeper than every interleaving allows: more threads, more rounds, seeded random schedules. */
import { beforeAll, expect, test } from 'vitest'
import { loadSubjects } from './load.ts'
import type { Scenario } from './program.ts'
import * as event from './scenarios/event.ts'
import * as lock from './scenarios/lock.ts'
import * as mutex from './scenarios/mutex.ts'
import * as ring from './scenarios/ring.ts'
import type { Subjects } from './subjects.ts'
import { walk } from './walk.ts'

const SEED = Number(process.env['MODEL_SEED'] ?? 20_261_122)
const WALKS = 400

let subjects: Subjects
beforeAll(async () => {
  subjects = await loadSubjects()
})

const scenarios: readonly (readonly [string, Scenario])[] = [
  ['mutex: four threads, five times', mutex.mutexExcludes(4, 5)],
  ['mutex: one of four dies', mutex.mutexIsTakenOver(4)],
  ['Lock: four threads, five times', lock.lockExcludes(4, { times: 5 })],
  ['Lock: one of four dies', lock.lockAbandoned(4)],
  ['Event: three waiters', event.eventLetsAllThrough(3)],
  ['Event: three waiters, cleared at once', event.eventIsClearedAtOnce(3)],
  ['ring: 12 records, 6 drains', ring.ringIsRead(4, 12, 6)],
]

for (const [name, scenario] of scenarios)
  test(`${name}, seed ${SEED}`, () => {
    expect(walk(scenario, subjects, { seed: SEED, walks: WALKS }).finding?.schedule).toBeUndefined()
  })

test('finds a bug that needs three threads', async () => {
  const mutant = await loadSubjects({
    file: 'main/threading/mutex.ts',
    find: 'const mine = runtime.ident | SOMEBODY_SLEEPS',
    replace: 'const mine = runtime.ident',
  })
  const { finding } = walk(mutex.mutexExcludes(4, 5), mutant, { seed: SEED, walks: WALKS })
  expect(finding?.problem).toMatch(/asleep for ever/)
})
