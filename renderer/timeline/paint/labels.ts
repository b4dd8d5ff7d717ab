/** Words on spans: where they fit, and as short for all of a row as most of its spans need. */
import { LaneState } from '../../../main/trace/model.ts'
import type { SpanSlice } from '../../../main/run/contract.ts'
import type { TrackRow } from '../layout.ts'
import { plainName } from '../names.ts'
import { spanOf, xOf } from '../time-scale.ts'
import type { PlacedSlice } from '../view-loader.ts'
import { fittingText, text, textWidth, type Paint } from './paint.ts'
import { barOf, type Scene } from './scene.ts'
import { firstAfter } from './span-raster.ts'

/** A label as it was drawn: what steps back is drawn over, and its label anew. */
export interface Label {
  readonly words: string
  /** Middle, in CSS pixels. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly isOnSolid: boolean
}

/** Wordings from the longest to the shortest; none: no label. */
type Wording = (state: number, detail: number) => readonly string[]

/** CSS pixels from which on a span may have words. */
const WIDE = 18
/** And from which on it has its full name, whatever its neighbours have room for. */
const ROOMY = 140
const STYLE = { colour: '', weight: 500 } as const

/** Thread-1, then T1, then 1. */
function abbreviations(name: string): string[] {
  const plain = plainName(name)
  const number = /\d+$/.exec(plain)?.[0] ?? ''
  const letter = plain.slice(0, 1)
  const shorter = number === '' ? [letter] : [letter + number, number]
  return [...new Set([name, plain, ...shorter])]
}

const NONE: readonly string[] = []

function laneWording({ resources }: Scene): Wording {
  return (state, detail) => {
    const resource = resources.get(detail)
    if (!resource) return NONE
    switch (state) {
      case LaneState.waiting:
        return resource.kind === 'gil' ? NONE : [resource.name]
      case LaneState.queue:
      case LaneState.idle:
        return [resource.name]
      default:
        return NONE
    }
  }
}

const holders = new WeakMap<Scene['tracks'], ReadonlyMap<number, readonly string[]>>()

/** Wordings of each lane; what would stand for two of them is left out. */
function holderWording({ tracks }: Scene): Wording {
  let known = holders.get(tracks)
  if (!known) {
    const lanes = [...tracks.values()].filter(({ kind }) => kind === 'lane')
    const uses = new Map<string, number>()
    const all = lanes.map(({ id, name }) => [id, abbreviations(name)] as const)
    for (const [, words] of all) for (const word of words) uses.set(word, (uses.get(word) ?? 0) + 1)
    known = new Map(
      all.map(([id, words]) => [id, words.filter((word, at) => at < 2 || uses.get(word) === 1)]),
    )
    holders.set(tracks, known)
  }
  const wordings = known
  return (_state, detail) => wordings.get(detail) ?? NONE
}

/** Draws the labels of a row of exact spans, and adds them to `labels`. */
export function paintLabels(
  paint: Paint,
  scene: Scene,
  row: TrackRow,
  placed: PlacedSlice,
  top: number,
  labels: Label[],
): void {
  const { spans } = placed.slice
  if (!spans) return
  const { scale } = scene
  const perPixel = spanOf(scale) / scale.width
  // So many spans that hardly one of them is wide enough.
  if (spans.starts.length > (spanOf(placed) / perPixel) * 0.5) return
  const wording = row.track.kind === 'lane' ? laneWording(scene) : holderWording(scene)
  const level = wordingLevel(paint, spans, perPixel, wording)
  const bar = barOf(row, top)
  const end = Math.min(paint.width, xOf(scale, scene.newest))
  for (let i = firstAfter(spans.starts, scale.from - placed.from); i < spans.starts.length; i++) {
    const left = Math.max(0, xOf(scale, placed.from + (spans.starts[i] ?? 0)))
    if (left >= end) break
    const right = Math.min(end, xOf(scale, placed.from + (spans.starts[i + 1] ?? spans.end)))
    if (right - left <= WIDE) continue
    const state = spans.states[i] ?? 0
    if (state === LaneState.none) continue
    const wordings = wording(state, spans.details[i] ?? 0)
    if (wordings.length === 0) continue
    const isOnSolid = state === LaneState.running || state === LaneState.holding
    const words = fittingText(
      paint,
      right - left > ROOMY ? wordings : wordings.slice(level),
      right - left - (isOnSolid ? 8 : 28),
      STYLE,
    )
    if (words === undefined) continue
    // In a low bar the rail takes the lowest lines.
    const rail = state === LaneState.holding && bar.height < 24 ? 1 : 0
    const label: Label = {
      words,
      x: (left + right - 1) / 2,
      y: bar.top + bar.height / 2 - rail,
      width: textWidth(paint, words, STYLE),
      isOnSolid,
    }
    paintLabel(paint, label, paint.palette.onState)
    labels.push(label)
  }
}

export function paintLabel(paint: Paint, label: Label, onSolid: string): void {
  const { palette } = paint
  text(paint, label.words, label.x, label.y, {
    colour: label.isOnSolid ? onSolid : palette.text,
    weight: 500,
    align: 'center',
    ...(label.isOnSolid ? {} : { plate: palette.ground }),
  })
}

/**
 * How short the wording has to be for most spans of the row to have one: names that change between
 * Thread-1 and T1 from span to span look like different things.
 */
function wordingLevel(paint: Paint, spans: SpanSlice, perPixel: number, wording: Wording): number {
  const widths: number[] = []
  let longest = NONE
  for (let i = 0; i < spans.starts.length; i++) {
    const width = ((spans.starts[i + 1] ?? spans.end) - (spans.starts[i] ?? 0)) / perPixel
    if (width <= WIDE) continue
    const wordings = wording(spans.states[i] ?? 0, spans.details[i] ?? 0)
    if (wordings.length < 2) continue
    widths.push(width)
    if ((wordings[0] ?? '').length > (longest[0] ?? '').length) longest = wordings
  }
  const typical = widths.sort((left, right) => left - right)[Math.floor(widths.length / 4)]
  if (typical === undefined) return 0
  const fits = fittingText(paint, longest, typical - 8, STYLE)
  return fits === undefined ? longest.length - 1 : longest.indexOf(fits)
}
