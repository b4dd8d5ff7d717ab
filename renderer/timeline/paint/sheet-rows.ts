/** Which rows of a scene are written into the sheet, from what, and where they are drawn. */
import { LaneState } from '../../../main/trace/model.ts'
import type { TrackRow } from '../layout.ts'
import { snap, spanOf, xOf } from '../time-scale.ts'
import type { PlacedSlice } from '../view-loader.ts'
import { highestOf, scaleTop, shownValues } from './counter.ts'
import type { Paint } from './paint.ts'
import { edgeOf, fillOf, Kind, TONES } from './pixels.ts'
import type { SheetRow } from './row-sheet.ts'
import { areaOf, barOf, type Scene } from './scene.ts'
import { blockColumns } from './stack-heights.ts'

const laneTones = new WeakMap<Scene['tracks'], ReadonlyMap<number, number>>()

/** Tones of the lanes as holders of locks, in the order in which they appeared. */
function tonesOf({ tracks }: Scene): ReadonlyMap<number, number> {
  let tones = laneTones.get(tracks)
  if (!tones) {
    const lanes = [...tracks.values()].filter(({ kind }) => kind === 'lane')
    tones = new Map(lanes.map(({ id }, index) => [id, index % TONES]))
    laneTones.set(tracks, tones)
  }
  return tones
}

/** A track has a bar, an area below it, or both. */
const barKey = (track: number): number => track * 2
const areaKey = (track: number): number => track * 2 + 1

/** Rasters of spans reach beyond the view by half of it on both sides, as far as there is data. */
const BEYOND = 0.5

export function sheetRows(scene: Scene, rows: readonly TrackRow[], ratio: number): SheetRow[] {
  const gilPids = new Set<number>()
  const gil = new Set<number>()
  for (const { kind, pid, subject } of scene.tracks.values()) {
    if (kind !== 'gil') continue
    gilPids.add(pid)
    gil.add(subject)
  }
  const sheet: SheetRow[] = []
  for (const row of rows) {
    const placed = scene.slices.get(row.track.id)
    if (!placed) continue
    const isRailed = row.track.kind === 'lane' && gilPids.has(row.track.pid)
    const bar = binRow(row, placed, ratio, isRailed) ?? spanRow(scene, row, placed, ratio, gil)
    if (bar) sheet.push(bar)
    const area = areaRow(row, placed, ratio)
    if (area) sheet.push(area)
  }
  return sheet
}

const device = (length: number, ratio: number): number => Math.max(1, Math.round(length * ratio))

const columnOf = (placed: PlacedSlice): number => spanOf(placed) / placed.width

const knownColumns = (placed: PlacedSlice): number =>
  Math.max(
    0,
    Math.ceil((Math.min(placed.to, placed.newest) - placed.from) / columnOf(placed) - 1e-6),
  )

/** Columns before the first whole block. */
function phaseOf(placed: PlacedSlice, block: number): number {
  const first = Math.round(placed.from / columnOf(placed))
  return (block - (first % block)) % block
}

function binRow(
  row: TrackRow,
  placed: PlacedSlice,
  ratio: number,
  rail: boolean,
): SheetRow | undefined {
  const { bins } = placed.slice
  if (!bins) return undefined
  const phase = phaseOf(placed, blockColumns(ratio))
  const known = knownColumns(placed)
  return {
    key: barKey(row.track.id),
    width: placed.width,
    height: device(barOf(row, 0).height, ratio),
    source: bins,
    look: `${known} ${phase} ${String(rail)}`,
    content: { type: 'bins', row: { bins, width: placed.width, known, phase, rail } },
  }
}

/** Device columns of a slice's spans that are written, counted from the slice's beginning. */
export interface Window {
  readonly shift: number
  readonly width: number
}

/**
 * All of the slice where it is not much wider than the view, else the part in and around the view:
 * in steps of half a view, so that panning seldom asks for another part.
 */
export function windowOf(placed: PlacedSlice, view: Scene['scale'], perColumn: number): Window {
  const columns = spanOf(view) / perColumn
  const whole = Math.ceil(spanOf(placed) / perColumn)
  if (whole <= columns * (1 + 2 * BEYOND)) return { shift: 0, width: whole }
  const step = Math.max(1, Math.floor(columns * BEYOND))
  const first = Math.floor((view.from - placed.from) / perColumn / step) - 1
  const shift = Math.max(0, first * step)
  return { shift, width: Math.max(0, Math.min(whole - shift, Math.ceil(columns) + 3 * step)) }
}

function spanRow(
  scene: Scene,
  row: TrackRow,
  placed: PlacedSlice,
  ratio: number,
  gil: ReadonlySet<number>,
): SheetRow | undefined {
  const { spans } = placed.slice
  if (!spans) return undefined
  const perColumn = spanOf(scene.scale) / (scene.scale.width * ratio)
  const { shift, width } = windowOf(placed, scene.scale, perColumn)
  if (width === 0) return undefined
  const known = Math.ceil((Math.min(placed.to, placed.newest) - placed.from) / perColumn) - shift
  const tones = row.track.kind === 'lane' ? undefined : tonesOf(scene)
  return {
    key: barKey(row.track.id),
    width,
    height: device(barOf(row, 0).height, ratio),
    source: spans,
    look: `${perColumn} ${shift} ${known} ${scene.tracks.size}`,
    content: { type: 'spans', row: { spans, perColumn, shift, known, gil, tones } },
  }
}

function areaRow(row: TrackRow, placed: PlacedSlice, ratio: number): SheetRow | undefined {
  const { counter } = placed.slice
  const area = areaOf(row, 0)
  if (!counter || !area) return undefined
  const block = blockColumns(ratio)
  const phase = phaseOf(placed, block)
  const known = knownColumns(placed)
  const kinds = areaKinds(row)
  const highest = scaleTop(highestOf(counter))
  const values = shownValues(counter, block, phase)
  return {
    key: areaKey(row.track.id),
    width: placed.width,
    height: device(area.height, ratio),
    source: counter,
    look: `${known} ${phase} ${kinds.fill}`,
    content: { type: 'area', row: { values, known, highest, ...kinds } },
  }
}

function areaKinds({ track }: TrackRow): { readonly fill: number; readonly edge: number } {
  switch (track.kind) {
    case 'lock':
    case 'gil':
      return { fill: Kind.waiters, edge: edgeOf(LaneState.waiting) }
    case 'event':
    case 'counter':
      return { fill: Kind.idlers, edge: edgeOf(LaneState.idle) }
    default:
      return { fill: fillOf(LaneState.queue), edge: edgeOf(LaneState.queue) }
  }
}

/** Draws a track's bar where its time is now. */
export function drawBar(
  paint: Paint,
  scene: Scene,
  row: TrackRow,
  placed: PlacedSlice,
  top: number,
): void {
  const bar = barOf(row, top)
  const key = barKey(row.track.id)
  if (placed.slice.bins) return drawStretched(paint, scene, placed, key, bar.top, bar.height)
  if (!placed.slice.spans) return
  const { ratio } = paint
  const perColumn = spanOf(scene.scale) / (scene.scale.width * ratio)
  const { shift, width } = windowOf(placed, scene.scale, perColumn)
  // Whole device pixels: columns were written for this scale.
  const x = snap(xOf(scene.scale, placed.from + shift * perColumn), ratio)
  const height = device(bar.height, ratio) / ratio
  scene.sheet.draw(paint.g, key, x, snap(bar.top, ratio), width / ratio, height)
}

/** Draws a track's area where its time is now. */
export function drawArea(
  paint: Paint,
  scene: Scene,
  row: TrackRow,
  placed: PlacedSlice,
  top: number,
): void {
  const area = areaOf(row, top)
  if (!area || !placed.slice.counter) return
  drawStretched(paint, scene, placed, areaKey(row.track.id), area.top, area.height)
}

/** Columns of shares keep to their range, however wide that is now. */
function drawStretched(
  { g, ratio }: Paint,
  { scale, sheet }: Scene,
  placed: PlacedSlice,
  key: number,
  top: number,
  height: number,
): void {
  const width = (spanOf(placed) / spanOf(scale)) * scale.width
  const exact = Math.abs(width * ratio - placed.width) < 0.5
  const x = exact ? snap(xOf(scale, placed.from), ratio) : xOf(scale, placed.from)
  const shown = exact ? placed.width / ratio : width
  sheet.draw(g, key, x, snap(top, ratio), shown, device(height, ratio) / ratio)
}
