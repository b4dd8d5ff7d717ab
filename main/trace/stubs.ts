/** Answers that are being built: each moves to a file of its own. */
import type {
  ActivityAnswer,
  ActivityQuery,
  CriticalPathAnswer,
  FlowsAnswer,
  FlowsQuery,
  TimeRange,
} from '../run/contract.ts'

export const noActivity = ({ points }: ActivityQuery): ActivityAnswer => ({
  seconds: new Float64Array(points).fill(NaN),
  states: new Uint8Array(0),
  lanes: new Float64Array(0),
})

export const noFlows = ({ from, to }: FlowsQuery): FlowsAnswer => ({
  from,
  to,
  queues: new Uint32Array(0),
  putLanes: new Uint32Array(0),
  putTimes: new Float64Array(0),
  getLanes: new Uint32Array(0),
  getTimes: new Float64Array(0),
  total: 0,
})

export const noPath = ({ from, to }: TimeRange): CriticalPathAnswer => ({
  from,
  to,
  tracks: new Uint32Array(0),
  starts: new Float64Array(0),
  ends: new Float64Array(0),
  resources: new Uint32Array(0),
  cut: false,
  facts: [],
})
