/** What lanes did at a line of a listing, in words and shares. Pure. */
import { capitalised } from '../../main/core/figures-format.ts'
import type { LineFigures } from '../../main/run/contract.ts'
import { LaneState } from '../../main/trace/model.ts'
import { count, duration } from '../theme/figures.ts'
import { stateStyle, STATE_ORDER, type StateToken } from '../theme/state-style.ts'

const total = ({ byState }: LineFigures): number => byState.reduce((sum, time) => sum + time, 0)

const DID: Readonly<Partial<Record<LaneState, string>>> = {
  [LaneState.sleeping]: 'slept',
  [LaneState.idle]: 'idle or joining',
}

/** `Waited here 214 times, 1.20 s`; undefined: nobody was seen there. */
export function lineWords(figures: LineFigures | undefined): string {
  if (figures === undefined) return 'Nobody was seen waiting here'
  if (figures.waits === 0) return 'Seen here; no wait has ended here'
  const states = STATE_ORDER.filter((state) => (figures.byState[state] ?? 0) > 0)
  const [only] = states
  const did = states.length === 1 && only !== undefined ? DID[only] : undefined
  const times = figures.waits === 1 ? 'once' : `${count(figures.waits)} times`
  return capitalised(`${did ?? 'waited'} here ${times}, ${duration(total(figures))}`)
}

/** A piece of the bar beside a line. */
export interface LineShare {
  readonly state: StateToken
  /** Of the time at the line with most of it, 0 to 1. */
  readonly share: number
}

/** By line, for those where time was spent. */
export function lineShares(
  lines: readonly LineFigures[],
): ReadonlyMap<string, readonly LineShare[]> {
  const most = Math.max(0, ...lines.map(total))
  return new Map(
    lines.flatMap((figures) => {
      const shares = STATE_ORDER.flatMap((state) => {
        const time = figures.byState[state] ?? 0
        return time > 0 ? [{ state: stateStyle(state).token, share: time / most }] : []
      })
      return shares.length > 0 ? [[figures.at, shares] as const] : []
    }),
  )
}
