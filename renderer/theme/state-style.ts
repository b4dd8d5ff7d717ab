/**
 * How a lane's state looks and is called, everywhere: canvas, legend, tables, charts, exports.
 * A state is never told by colour alone, so each has a pattern too.
 */
import { LaneState } from '../../main/trace/model.ts'

export type StatePattern =
  | 'none'
  | 'solid'
  /** Lines at 45 degrees. */
  | 'hatched'
  /** Solid with a dark line near the bottom. */
  | 'rail'
  /** Horizontal lines. */
  | 'lines'
  | 'dots'
  /** A bar of 5 px at half height. */
  | 'thin'
  /** A line at half height. */
  | 'line'

/** Middle part of the custom properties `--st-run`, `--st-run-edge`, `--st-run-ink`. */
export type StateToken = 'none' | 'run' | 'wait' | 'hold' | 'queue' | 'cpu' | 'sleep' | 'idle'

export interface StateStyle {
  readonly state: LaneState
  readonly token: StateToken
  readonly label: string
  /** For narrow windows. */
  readonly short: string
  readonly pattern: StatePattern
}

const style = (
  state: LaneState,
  token: StateToken,
  label: string,
  short: string,
  pattern: StatePattern,
): StateStyle => ({ state, token, label, short, pattern })

const STYLES: Readonly<Record<LaneState, StateStyle>> = {
  [LaneState.none]: style(LaneState.none, 'none', 'Not alive', 'None', 'none'),
  [LaneState.running]: style(LaneState.running, 'run', 'Running', 'Running', 'solid'),
  [LaneState.waiting]: style(
    LaneState.waiting,
    'wait',
    'Waiting for a lock or the GIL',
    'Waiting',
    'hatched',
  ),
  [LaneState.holding]: style(LaneState.holding, 'hold', 'Holding, others wait', 'Holding', 'rail'),
  [LaneState.queue]: style(LaneState.queue, 'queue', 'Blocked on a queue', 'Queue', 'lines'),
  [LaneState.processor]: style(
    LaneState.processor,
    'cpu',
    'Waiting for a processor',
    'Processor',
    'dots',
  ),
  [LaneState.sleeping]: style(LaneState.sleeping, 'sleep', 'Sleeping or I/O', 'Sleeping', 'thin'),
  [LaneState.idle]: style(LaneState.idle, 'idle', 'Idle or joining', 'Idle', 'line'),
}

/** From the bottom of a stack to its top, and from left to right in the legend. */
export const STATE_ORDER: readonly LaneState[] = [
  LaneState.running,
  LaneState.holding,
  LaneState.processor,
  LaneState.waiting,
  LaneState.queue,
  LaneState.sleeping,
  LaneState.idle,
]

/** Style of a state; a number that is no state (a newer recording) looks like `none`. */
export const stateStyle = (state: number): StateStyle =>
  (STYLES as Readonly<Record<number, StateStyle>>)[state] ?? STYLES[LaneState.none]

/** States of contention: in a stack of shares each has a least height, so that none is averaged away. */
export const isContention = (state: number): boolean =>
  state === LaneState.waiting || state === LaneState.holding || state === LaneState.processor

/** The state's name, and how its drawing is to be read. */
export const stateHint = (state: number): string => {
  const { label } = stateStyle(state)
  return isContention(state)
    ? `${label}. Zoomed out, even the smallest share of it is drawn a line high.`
    : label
}
