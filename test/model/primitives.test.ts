/** Every interleaving of the real source, within the bounds given here. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { explore, type Bounds } from './explorer.ts'
import { loadSubjects } from './load.ts'
import type { Scenario } from './program.ts'
import * as barrier from './scenarios/barrier.ts'
import * as condition from './scenarios/condition.ts'
import * as event from './scenarios/event.ts'
import { lifeIsJoined, lifeIsNeverTaken } from './scenarios/life.ts'
import * as lock from './scenarios/lock.ts'
import * as mutex from './scenarios/mutex.ts'
import * as ring from './scenarios/ring.ts'
import * as semaphore from './scenarios/semaphore.ts'
import type { Subjects } from './subjects.ts'
import { note, table } from './table.ts'

/** Milliseconds: on a machine that is busy with other things. */
const TIMEOUT = 120_000

let subjects: Subjects
beforeAll(async () => {
  subjects = await loadSubjects()
})
afterAll(() => process.stdout.write(`${table()}\n`))

type Case = readonly [name: string, scenario: Scenario, bounds?: Bounds]

function explored(room: string, cases: readonly Case[]): void {
  describe(room, () => {
    for (const [name, scenario, bounds = {}] of cases)
      test(name, { timeout: TIMEOUT }, () => {
        const exploration = explore(scenario, subjects, bounds)
        note(`${room}: ${name}`, bounds.preemptions ?? Infinity, exploration)
        expect(exploration.finding?.schedule).toBeUndefined()
      })
  })
}

explored('mutex', [
  ['two threads, twice', mutex.mutexExcludes(2, 2)],
  ['three threads', mutex.mutexExcludes(3)],
  ['three threads, twice', mutex.mutexExcludes(3, 2), { preemptions: 2 }],
  ['one of two dies', mutex.mutexIsTakenOver(2)],
  ['one of three dies', mutex.mutexIsTakenOver(3), { preemptions: 2 }],
  ['one of two dies in what is irreparable', mutex.mutexIsIrreparable(2)],
])

explored('Lock', [
  ['two threads, three times', lock.lockExcludes(2, { times: 3 })],
  ['three threads', lock.lockExcludes(3), { preemptions: 3 }],
  ['three threads, twice', lock.lockExcludes(3, { times: 2 }), { preemptions: 2 }],
  ['two threads that spin', lock.lockExcludes(2, { spins: true })],
  ['a waiter times out beside another', lock.lockTimesOut(), { preemptions: 2 }],
  ['one of two dies', lock.lockAbandoned(2)],
  ['one of three dies', lock.lockAbandoned(3), { preemptions: 2 }],
])

explored('Lock that is handed off', [
  ['one of two dies', lock.lockAbandoned(2, true), { preemptions: 2 }],
  ['two threads', lock.lockExcludes(2, { handOff: true })],
  ['three threads', lock.lockExcludes(3, { handOff: true }), { preemptions: 1 }],
  ['a waiter times out beside another', lock.lockTimesOut(true), { preemptions: 1 }],
])

explored('Condition', [
  ['a taker, two items', condition.conditionPassesItems(1, 2), { preemptions: 3 }],
  ['two takers', condition.conditionPassesItems(2, 1), { preemptions: 1 }],
  ['two wait, one is notified', condition.conditionNotifies(2, 1), { preemptions: 1 }],
  ['two wait, both are notified', condition.conditionNotifies(2, 2), { preemptions: 1 }],
  ['one of two times out', condition.conditionNotifies(2, 1, 'timeout'), { preemptions: 1 }],
  ['one of two dies', condition.conditionNotifies(2, 1, 'terminated'), { preemptions: 1 }],
  ['two kinds of waiters', condition.conditionHasTwoKinds(true), { preemptions: 0 }],
])

explored('Semaphore', [
  ['two threads, one permit', semaphore.semaphoreLimits(2, 1), { preemptions: 3 }],
  ['three threads, one permit', semaphore.semaphoreLimits(3, 1), { preemptions: 1 }],
  ['three threads, two permits', semaphore.semaphoreLimits(3, 2), { preemptions: 1 }],
  ['two waiters, two permits at once', semaphore.semaphoreReleasesMany(2), { preemptions: 1 }],
  ['a waiter times out', semaphore.semaphoreLimits(3, 1, { timeout: 0.05 }), { preemptions: 1 }],
  ['one of two waiters dies', semaphore.semaphoreWaiterDies(), { preemptions: 1 }],
  ['handed off', semaphore.semaphoreLimits(2, 1, { handOff: true }), { preemptions: 2 }],
  ['handed off, two at once', semaphore.semaphoreReleasesMany(2, true), { preemptions: 1 }],
  ['handed off, one of two dies', semaphore.semaphoreWaiterDies(true), { preemptions: 0 }],
  ['bounded', semaphore.semaphoreIsBounded],
])

explored('Barrier', [
  ['one of three for two dies', barrier.barrierPartyDies, { preemptions: 0 }],
  ['two parties', barrier.barrierPasses(2), { preemptions: 3 }],
  ['two parties, two rounds', barrier.barrierPasses(2, 2), { preemptions: 1 }],
  ['three parties', barrier.barrierPasses(3), { preemptions: 1 }],
  ['aborted', barrier.barrierIsDisturbed('abort'), { preemptions: 1 }],
  ['reset', barrier.barrierIsDisturbed('reset'), { preemptions: 1 }],
  ['one times out', barrier.barrierIsDisturbed('timeout'), { preemptions: 2 }],
  ['works again', barrier.barrierWorksAgain, { preemptions: 2 }],
])

explored('Event', [
  ['two waiters', event.eventLetsAllThrough(2)],
  ['three waiters', event.eventLetsAllThrough(3), { preemptions: 2 }],
  ['a waiter, two setters', event.eventLetsAllThrough(1, 2)],
  ['a waiter that spins', event.eventLetsAllThrough(1, 1, true)],
  ['two waiters, cleared at once', event.eventIsClearedAtOnce(2)],
  ['a waiter times out beside another', event.eventWaiterLeaves('timeout')],
  ['a waiter dies beside another', event.eventWaiterLeaves('terminated'), { preemptions: 2 }],
  ['two waiters are interrupted', event.eventIsInterrupted, { preemptions: 2 }],
])

explored('Life', [
  ['one joiner', lifeIsJoined(1)],
  ['two joiners', lifeIsJoined(2), { preemptions: 1 }],
  ['no worker takes it', lifeIsNeverTaken],
])

explored('ring', [
  ['room for all', ring.ringIsRead(4, 3, 2)],
  ['full', ring.ringIsRead(2, 4, 2)],
  ['the producer dies', ring.ringProducerDies(2, 3)],
  ['a text', ring.ringTextIsWhole],
])
