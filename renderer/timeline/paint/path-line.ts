/** The critical path as lines along lanes with upright hand-overs between them. Pure. */
import type { CriticalPathAnswer } from '../../../main/run/contract.ts'
import { xOf, type TimeScale } from '../time-scale.ts'

/** A part of a lane that the path runs along, in CSS pixels. */
export interface PathStretch {
  readonly track: number
  readonly left: number
  readonly right: number
}

/** A line as x, y, x, y …: it is broken where the path goes through a row that is not shown. */
export type Polyline = number[]

/** Closer than this (CSS pixels), hand-overs are one upright line. */
const CLOSE = 1
/** Of a crowd of hand-overs only so many are drawn, to be seen through. */
const CLOSE_IN_CROWD = 5
/** Segments are this wide at least, on average, for the path to be followed by eye. */
const FOLLOWED = 7

export interface PathPlaces {
  readonly scale: TimeScale
  /** Middle of a lane's bar; undefined for rows that are not shown. */
  readonly middleOf: (track: number) => number | undefined
}

/** Index of the first segment that ends after `time`. */
export function firstSegment({ ends }: CriticalPathAnswer, time: number): number {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ends[middle] ?? 0) <= time) low = middle + 1
    else high = middle
  }
  return low
}

/** More hand-overs than the eye can follow. */
export function isCrowded(path: CriticalPathAnswer, scale: TimeScale): boolean {
  const segments = firstSegment(path, scale.to) - firstSegment(path, scale.from)
  const left = Math.max(0, xOf(scale, path.starts[0] ?? 0))
  const right = Math.min(scale.width, xOf(scale, path.ends.at(-1) ?? 0))
  return segments * FOLLOWED > right - left
}

/**
 * At most a few points a pixel, however many segments there are: hand-overs within one pixel are
 * drawn as one line from the uppermost of their lanes to the lowest.
 */
export function pathLines(path: CriticalPathAnswer, { scale, middleOf }: PathPlaces): Polyline[] {
  const lines: Polyline[] = []
  const close = isCrowded(path, scale) ? CLOSE_IN_CROWD : CLOSE
  let line: Polyline | undefined
  let x = -Infinity
  let y = 0
  let upper = 0
  let lower = 0
  const settle = () => {
    if (!line || upper === lower) return
    line.push(x, upper, x, lower, x, y)
    upper = lower = y
  }
  for (let i = firstSegment(path, scale.from); i < path.tracks.length; i++) {
    const left = Math.max(-CLOSE, xOf(scale, path.starts[i] ?? 0))
    if (left > scale.width) break
    const right = Math.min(scale.width + CLOSE, xOf(scale, path.ends[i] ?? 0))
    const here = middleOf(path.tracks[i] ?? 0)
    if (here === undefined) {
      settle()
      line = undefined
      continue
    }
    if (!line) {
      line = [left, here]
      lines.push(line)
      x = left
      upper = lower = y = here
    } else if (left - x >= close) {
      settle()
      line.push(left, y)
      x = left
    }
    upper = Math.min(upper, here)
    lower = Math.max(lower, here)
    y = here
    if (right - x >= close) {
      settle()
      line.push(x, y, right, y)
      x = right
      upper = lower = y
    }
  }
  settle()
  return lines
}

/** Parts of lanes that lie on the path: those that adjoin within a pixel are one. */
export function pathStretches(path: CriticalPathAnswer, scale: TimeScale): PathStretch[] {
  const stretches: PathStretch[] = []
  const open = new Map<number, { left: number; right: number }>()
  for (let i = firstSegment(path, scale.from); i < path.tracks.length; i++) {
    const left = Math.max(0, xOf(scale, path.starts[i] ?? 0))
    if (left > scale.width) break
    const right = Math.min(scale.width, Math.max(left + CLOSE, xOf(scale, path.ends[i] ?? 0)))
    const track = path.tracks[i] ?? 0
    const before = open.get(track)
    if (before && left - before.right < CLOSE) {
      before.right = Math.max(before.right, right)
      continue
    }
    if (before) stretches.push({ track, ...before })
    open.set(track, { left, right })
  }
  for (const [track, { left, right }] of open) stretches.push({ track, left, right })
  return stretches
}
