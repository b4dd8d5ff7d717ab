import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import type { ActivityAnswer, LaneRow } from '../../../main/run/contract.ts'
import { LANE_STATES, LaneState } from '../../../main/trace/model.ts'
import {
  runningChart,
  statesChart,
  stateSeries,
  together,
  waitingChart,
} from '../../../renderer/charts/activity-charts.ts'
import {
  concurrencyChart,
  lanesToShow,
  laneTimesChart,
} from '../../../renderer/charts/lane-charts.ts'

const range = { from: nanoseconds(0), to: nanoseconds(3e9) }
const answer: ActivityAnswer = {
  seconds: Float64Array.from([0.5, 1.5, 2.5]),
  // In the order of their numbers, which is not the order of the stack.
  states: Uint8Array.from([LaneState.running, LaneState.waiting, LaneState.holding]),
  lanes: Float64Array.from([1, 0.5, NaN, 2, 2, NaN, 0, 0.5, NaN]),
}
const nothing: ActivityAnswer = {
  seconds: Float64Array.from([0.5]),
  states: new Uint8Array(0),
  lanes: new Float64Array(0),
}

describe('what all lanes do over time', () => {
  it('is stacked in the order that lanes and legends have', () =>
    expect(stateSeries(answer).map(({ label }) => label)).toEqual([
      'running',
      'holding',
      'waiting',
    ]))

  it('adds up states by column, and says of no column that nobody ran when it is not known', () => {
    expect([...together(answer, [LaneState.running, LaneState.holding])]).toEqual([1, 1, NaN])
    expect([...together(answer, [LaneState.queue])]).toEqual([0, 0, NaN])
    expect([...together(nothing, [LaneState.running])]).toEqual([NaN])
  })

  it('is exported with one column a state, empty where it is not known', () => {
    const { header, records } = statesChart(range, answer)
    expect(header).toEqual(['seconds', 'lanes running', 'lanes holding', 'lanes waiting'])
    expect(records).toEqual([
      [0.5, 1, 0, 2],
      [1.5, 0.5, 0.5, 2],
      [2.5, NaN, NaN, NaN],
    ])
  })

  it('does not take the program’s processors for known when they are not', () => {
    const without = runningChart(range, answer, {})
    expect(without.header).toEqual(['seconds', 'lanes running'])
    expect(without.spoken).not.toMatch(/processor/)
    const measured = runningChart(range, answer, { processors: 1.25 })
    expect(measured.records[0]).toEqual([0.5, 1, 1.25])
    expect(measured.spoken).toMatch(/used: 1\.25/)
  })

  it('tells nobody waited from nobody was there', () => {
    expect(waitingChart(range, answer).empty).toBeUndefined()
    const running = { ...answer, states: answer.states.subarray(0, 1) }
    expect(waitingChart(range, running).empty).toMatch(/No lane waited/)
    expect(waitingChart(range, nothing).empty).toMatch(/No lane was alive/)
  })
})

describe('time by lane', () => {
  const lane = (track: number, waiting: number): LaneRow => {
    const byState = new Float64Array(LANE_STATES)
    byState[LaneState.running] = 2e9
    byState[LaneState.waiting] = waiting
    const waits = { waitedGil: 0, waitedLock: waiting, waits: 1, longestWait: waiting }
    const now = { now: 'returned', nowState: LaneState.none }
    return { track, name: `Thread-${track}`, pid: 7, byState, ...now, ...waits }
  }
  const many = Array.from({ length: 64 }, (_, index) => lane(index, (index % 8) * 1e9))

  it('of many lanes shows those that waited longest, in their order, and exports all', () => {
    const shown = lanesToShow(many).map(({ track }) => track)
    expect(shown).toHaveLength(16)
    expect(shown).toEqual([...shown].sort((left, right) => left - right))
    expect(new Set(shown.map((track) => track % 8))).toEqual(new Set([6, 7]))
    expect(laneTimesChart(many).records).toHaveLength(64)
    expect(laneTimesChart(many).title).toMatch(/16 lanes/)
  })

  it('exports seconds by state that add up to a life', () =>
    expect(laneTimesChart([lane(1, 1e9)]).records).toEqual([['Thread-1', 7, 2, 1]]))

  it('of a range without a lane says so', () => expect(laneTimesChart([]).empty).toMatch(/No lane/))
})

describe('time by lanes running', () => {
  it('leaves out numbers that never ran at once, keeps those in between', () => {
    const byCount = Float64Array.from([1e9, 0, 3e9, 0, 0])
    const model = concurrencyChart({ mean: 1.5, byCount })
    expect(model.records).toEqual([
      [0, 1, 0.25],
      [1, 0, 0],
      [2, 3, 0.75],
    ])
    expect(model.spoken).toMatch(/two or more for 75\.0\s%/)
  })

  it('of nothing is empty, not a division by nothing', () =>
    expect(concurrencyChart({ mean: 0, byCount: new Float64Array(3) }).empty).toBeDefined())
})
