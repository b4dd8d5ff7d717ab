/** Shapes of what a section measured, and of the rest of what the questions keep. */
import { nanoseconds } from '../../core/units.ts'
import type {
  CounterFigures,
  LaneFigures,
  LanePlace,
  LaneUse,
  LockFigures,
  QueueFigures,
  QueueSide,
  SectionFigures,
} from '../figures.ts'
import { LaneEnd, LaneKind, LANE_STATES, OutputStream, ResourceKind } from '../model.ts'
import type { CheckpointsState } from '../questions/checkpoints.ts'
import type { ConcurrencyState } from '../questions/concurrency.ts'
import type { PlacesState } from '../questions/places.ts'
import type { MachineLoadState } from '../questions/machine-load.ts'
import type { ProcessorTimeState } from '../questions/processor-time.ts'
import type { LongWait } from '../../run/contract.ts'
import {
  among,
  count,
  fields,
  float64s,
  list,
  number,
  ShapeError,
  text,
  tuple,
  type Shape,
} from './shape.ts'

export const laneKind = among(Object.values(LaneKind))
export const laneEnd = among(Object.values(LaneEnd))
export const resourceKind = among(Object.values(ResourceKind))
export const outputStream = among(Object.values(OutputStream))
export const time = (value: unknown) => nanoseconds(number(value))

const byState: Shape<Float64Array> = (value) => {
  const times = float64s(value)
  if (times.length !== LANE_STATES) throw new ShapeError('a time for each state expected')
  return times
}

const laneFigures: Shape<LaneFigures> = fields(
  { track: count, name: text, pid: number, byState, waitedGil: number, waitedLock: number },
  { ended: laneEnd },
)

const lanePlace: Shape<LanePlace> = fields({ track: count, from: time, to: time })

const laneUse: Shape<LaneUse> = fields(
  { track: count, name: text, used: number, held: number, waited: number },
  { last: time },
)

const lockFigures: Shape<LockFigures> = fields(
  {
    track: count,
    name: text,
    kind: resourceKind,
    acquired: number,
    contended: number,
    switches: number,
    heldFor: number,
    waitedFor: number,
    longestWait: number,
    users: list(laneUse),
  },
  { longestAt: lanePlace, holdMedian: number, waitMedian: number, waitP99: number },
)

const queueSide: Shape<QueueSide> = fields({
  track: count,
  name: text,
  items: number,
  blocked: number,
})

const queueFigures: Shape<QueueFigures> = fields(
  {
    track: count,
    name: text,
    kind: resourceKind,
    puts: number,
    gets: number,
    maximumDepth: number,
    left: number,
    residenceMedian: number,
    blockedInPut: number,
    blockedInGet: number,
    putters: list(queueSide),
    getters: list(queueSide),
  },
  { residenceMean: number, depthMean: number },
)

const counterFigures: Shape<CounterFigures> = fields(
  {
    track: count,
    name: text,
    kind: resourceKind,
    capacity: number,
    used: number,
    contended: number,
    maximum: number,
    waitedFor: number,
    longestWait: number,
    users: list(laneUse),
  },
  { longestAt: lanePlace, waitMedian: number },
)

export const sectionFigures: Shape<SectionFigures> = fields(
  {
    variant: text,
    repeat: number,
    from: time,
    to: time,
    elapsed: time,
    concurrency: number,
    lanes: list(laneFigures),
    locks: list(lockFigures),
    queues: list(queueFigures),
    counters: list(counterFigures),
    output: list(fields({ stream: outputStream, text })),
    dropped: number,
  },
  { others: number },
)

export const checkpoints: Shape<CheckpointsState> = fields({
  list: list(fields({ time: number, figures: list(number) })),
  every: count,
  since: count,
})

/** Nobody runs more lanes at once than there are rows. */
const MAX_RUNNING = 65_536

export const concurrency: Shape<ConcurrencyState> = fields({
  times: list(number),
  running: (value: unknown) => {
    const running = number(value)
    if (Math.abs(running) > MAX_RUNNING) throw new ShapeError('fewer lanes expected')
    return running
  },
  changed: number,
  checkpoints,
})

export const processorTime: Shape<ProcessorTimeState> = list(
  fields({ source: count, used: number, sampled: number, samples: checkpoints }),
)

export const machineLoad: Shape<MachineLoadState> = fields({
  others: number,
  covered: number,
  sampled: number,
  samples: checkpoints,
})

export const places: Shape<PlacesState> = fields({
  lines: list(text),
  changes: list(
    tuple<readonly [number, number, readonly { readonly time: number; readonly line: number }[]]>(
      count,
      number,
      list(fields({ time: number, line: number })),
    ),
  ),
  sums: list(fields({ line: count, waits: count, byState })),
})

export const longWait: Shape<LongWait> = fields({
  track: count,
  from: time,
  duration: time,
  holder: count,
  ender: count,
})
