/** What each line of a row of spans shows of each role a column can have. Sizes: device pixels. */
import { LaneState } from '../../../main/trace/model.ts'
import { edgeOf, fillOf, Kind, type PixelTable } from './pixels.ts'

/** Roles: a state's inside, + NARROW too narrow for a pattern, + SIDE its ends; with the GIL's rail. */
export const NARROW = 8
export const SIDE = 16
export const RAILED = 24
export const RAILED_END = 25
/** + 2 × (tone - 1), + 1 where others wait. */
export const HOLDER = 26
export const HOLDER_END = 30
export const ROLES = 34

export const isFramed = (state: number): boolean =>
  state === LaneState.waiting || state === LaneState.queue || state === LaneState.processor
export const isSolid = (state: number): boolean =>
  state === LaneState.running || state === LaneState.holding

/** Lines at which looks begin, in device pixels from the top of the row. */
export interface Look {
  readonly height: number
  readonly edge: number
  readonly railFrom: number
  readonly railTo: number
  readonly footFrom: number
  readonly thinFrom: number
  readonly thinTo: number
  readonly idleFrom: number
  readonly idleTo: number
}

let lastLook: Look | undefined
let lastRatio = 0

export function lookOf(height: number, ratio: number): Look {
  if (lastLook?.height === height && lastRatio === ratio) return lastLook
  const thin = Math.round(5 * ratio)
  const idle = Math.max(1, Math.round(1.5 * ratio))
  lastRatio = ratio
  lastLook = {
    height,
    edge: Math.max(1, Math.round(ratio)),
    railFrom: height - Math.round(4 * ratio),
    railTo: height - Math.round(2.5 * ratio),
    footFrom: height - Math.round(3 * ratio),
    thinFrom: Math.floor((height - thin) / 2),
    thinTo: Math.floor((height - thin) / 2) + thin,
    idleFrom: Math.floor((height - idle) / 2),
    idleTo: Math.floor((height - idle) / 2) + idle,
  }
  return lastLook
}

/** What a line has besides fills, as bits: equal lines look alike. */
function featuresOf(look: Look, y: number): number {
  const isEdge = y < look.edge || y >= look.height - look.edge
  const isCorner = y === 0 || y === look.height - 1
  const isRail = y >= look.railFrom && y < look.railTo
  const isFoot = y >= look.footFrom
  const isParting = y < look.footFrom && y >= look.footFrom - look.edge
  const isThin = y >= look.thinFrom && y < look.thinTo
  const isThinEdge = isThin && (y < look.thinFrom + look.edge || y >= look.thinTo - look.edge)
  const isIdle = y >= look.idleFrom && y < look.idleTo
  return (
    (isEdge ? 1 : 0) |
    (isCorner ? 2 : 0) |
    (isRail ? 4 : 0) |
    (isFoot ? 8 : 0) |
    (isParting ? 16 : 0) |
    (isThin ? 32 : 0) |
    (isThinEdge ? 64 : 0) |
    (isIdle ? 128 : 0)
  )
}

/** An earlier line that looks the same, or -1. */
export function lineLike(look: Look, y: number, period: number): number {
  const features = featuresOf(look, y)
  for (let line = y - period; line >= 0; line -= period) {
    if (featuresOf(look, line) === features) return line
  }
  return -1
}

/** Kind that each role shows in the line being written. */
const kinds = new Uint8Array(ROLES)
let linePixels = new Uint32Array(0)

/** Pixels by role × period + phase. */
export function lineOf(look: Look, y: number, table: PixelTable): Uint32Array {
  const { period } = table
  const features = featuresOf(look, y)
  const isEdge = (features & 1) !== 0
  const isCorner = (features & 2) !== 0
  const thin = (features & 32) === 0 ? Kind.none : LaneState.sleeping
  kinds.fill(Kind.none)
  for (let state = 1; state < NARROW; state++) {
    if (isSolid(state)) {
      const isFaint = table.isFaint(fillOf(state))
      const inside = isFaint && isEdge ? edgeOf(state) : fillOf(state)
      kinds[state] = inside
      kinds[SIDE + state] = isFaint ? edgeOf(state) : isCorner ? Kind.corner + state : inside
      kinds[NARROW + state] = isFaint ? Kind.narrow + state : fillOf(state)
    } else if (isFramed(state)) {
      kinds[state] = isEdge ? edgeOf(state) : fillOf(state)
      kinds[SIDE + state] = edgeOf(state)
      kinds[NARROW + state] = Kind.narrow + state
    }
  }
  if ((features & 4) !== 0) {
    kinds[LaneState.holding] = Kind.rail
    kinds[SIDE + LaneState.holding] = Kind.rail
  }
  for (let toned = 0; toned < HOLDER_END - HOLDER; toned++) {
    const state = toned % 2 === 0 ? LaneState.running : LaneState.holding
    const hasRail = state === LaneState.holding && (features & 4) !== 0
    const isFaint = table.isFaint(Kind.holder + toned)
    const inside = isFaint && isEdge ? edgeOf(state) : Kind.holder + toned
    const kind = hasRail ? Kind.rail : inside
    kinds[HOLDER + toned] = kind
    kinds[HOLDER_END + toned] = isFaint ? edgeOf(state) : isCorner ? Kind.corner + state : kind
  }
  const railed =
    (features & 8) !== 0
      ? table.isFaint(fillOf(LaneState.holding))
        ? edgeOf(LaneState.holding)
        : fillOf(LaneState.holding)
      : (features & 16) !== 0
        ? Kind.none
        : fillOf(LaneState.running)
  kinds[RAILED] = railed
  kinds[RAILED_END] =
    isCorner && railed === fillOf(LaneState.running) ? Kind.corner + LaneState.running : railed
  if (thin !== Kind.none) {
    const edge = edgeOf(LaneState.sleeping)
    kinds[LaneState.sleeping] = (features & 64) === 0 ? fillOf(LaneState.sleeping) : edge
    kinds[SIDE + LaneState.sleeping] = edge
    kinds[NARROW + LaneState.sleeping] = edge
  }
  if ((features & 128) !== 0) {
    kinds[LaneState.idle] = edgeOf(LaneState.idle)
    kinds[NARROW + LaneState.idle] = edgeOf(LaneState.idle)
  }
  if (linePixels.length < ROLES * period) linePixels = new Uint32Array(ROLES * period)
  const source = table.line(y)
  for (let role = 0; role < ROLES; role++) {
    const from = (kinds[role] ?? 0) * period
    for (let x = 0; x < period; x++) linePixels[role * period + x] = source[from + x] ?? 0
  }
  return linePixels
}
