import { test } from 'vitest'
import { explore } from './explorer.ts'
import { loadSubjects } from './load.ts'
import * as lock from './scenarios/lock.ts'
import * as barrier from './scenarios/barrier.ts'
test('probe', { timeout: 100000 }, async () => {
  const subjects = await loadSubjects()
  console.log(explore(lock.lockAbandoned(2, true), subjects, { preemptions: 2 }).finding?.schedule)
  console.log(explore(barrier.barrierPartyDies, subjects, { preemptions: 0 }).finding?.schedule.split('\n').slice(-50).join('\n'))
})
