/** Every interleaving of the real source, within the bounds given here. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { explore, type Bounds } from './explorer.ts'
import { loadSubjects } from './load.ts'
import type { Scenario } from './program.ts'
import * as event from './scenarios/event.ts'
import { lifeIsJoined } from './scenarios/life.ts'
import * as lock from './scenarios/lock.ts'
import * as mutex from './scenarios/mutex.ts'
import * as ring from './scenarios/ring.ts'
import type { Subjects } from './subjects.ts'
import { note, table } from './table.ts'

let subjects: Subjects
beforeAll(async () => {
  subjects = await loadSubjects()
})
afterAll(() => process.stdout.write(`${table()}\n`))

type Case = readonly [name: string, scenario: Scenario, bounds?: Bounds]

function explored(room: string, cases: readonly Case[]): void {
  describe(room, () => {
    for (const [name, scenario, bounds = {}] of cases)
      test(name, () => {
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
  ['two threads, three times', lock.lockExcludes(2, 3)],
  ['three threads', lock.lockExcludes(3)],
  ['three threads, twice', lock.lockExcludes(3, 2), { preemptions: 2 }],
  ['two threads that spin', lock.lockExcludes(2, 1, true)],
  ['a waiter times out beside another', lock.lockTimesOut, { preemptions: 2 }],
  ['one of two dies', lock.lockAbandoned(2)],
  ['one of three dies', lock.lockAbandoned(3), { preemptions: 2 }],
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
  ['two joiners', lifeIsJoined(2), { preemptions: 2 }],
])

explored('ring', [
  ['room for all', ring.ringIsRead(4, 3, 2)],
  ['full', ring.ringIsRead(2, 4, 2)],
  ['the producer dies', ring.ringProducerDies(2, 3)],
  ['a text', ring.ringTextIsWhole],
])
