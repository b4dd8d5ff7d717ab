/** Exact spans of a lane or of a lock's holder: fill with the state's pattern, edge, label. */
import { LaneState } from '../../../main/trace/model.ts'
import { stateColours } from '../../theme/palette.ts'
import { snap, spanOf } from '../time-scale.ts'
import type { PlacedSlice } from '../view-loader.ts'
import { fittingText, text, type Paint } from './paint.ts'
import { DIMMED, isLit, type Bar, type Scene } from './scene.ts'

/** A box in CSS pixels whose sides lie on device pixels. */
interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** `rail`: green with an amber rail, for a thread that runs while it holds the GIL others want. */
export function fillSpan(
  { g, patterns, palette, ratio }: Paint,
  state: number,
  { x, y, width, height }: Box,
  rail = false,
): void {
  const colours = stateColours(palette, state)
  const pixel = 1 / ratio
  switch (state) {
    case LaneState.none:
      return
    case LaneState.idle:
      g.fillStyle = colours.edge
      g.fillRect(x, snap(y + height / 2 - 0.75, ratio), width, snap(1.5, ratio))
      return
    case LaneState.sleeping: {
      const top = snap(y + height / 2 - 2.5, ratio)
      g.fillStyle = colours.edge
      g.fillRect(x, top, width, 5)
      if (colours.edge !== colours.fill && width > 3) {
        g.fillStyle = colours.fill
        g.fillRect(x + pixel, top + 1, width - 2 * pixel, 3)
      }
      return
    }
  }
  const shown = width > 6 ? width - 1 : Math.max(width, pixel)
  if (state === LaneState.running || state === LaneState.holding) {
    g.fillStyle = rail ? stateColours(palette, LaneState.running).fill : colours.fill
    if (shown > 4) {
      g.beginPath()
      g.roundRect(x, y, shown, height, 1.5)
      g.fill()
    } else {
      g.fillRect(x, y, shown, height)
    }
    if (state === LaneState.running || shown < 2) return
    if (rail) {
      g.fillStyle = colours.fill
      g.fillRect(x, y + height - 3, shown, 3)
      g.fillStyle = palette.ground
      g.fillRect(x, y + height - 4, shown, 1)
    } else {
      g.fillStyle = palette.onState
      const alpha = g.globalAlpha
      g.globalAlpha = alpha * 0.8
      g.fillRect(x, y + height - 4, shown, 1.5)
      g.globalAlpha = alpha
    }
    return
  }
  if (shown > 3) {
    g.fillStyle = colours.edge
    g.fillRect(x, y, shown, height)
    g.fillStyle = patterns.fill(state)
    g.fillRect(x + 1, y + 1, shown - 2, height - 2)
  } else {
    const alpha = g.globalAlpha
    g.globalAlpha = alpha * 0.75
    g.fillStyle = colours.edge
    g.fillRect(x, y, shown, height)
    g.globalAlpha = alpha
  }
}

export interface SpanLook {
  /** Wordings from the longest to the shortest; none: no label. */
  readonly label: (state: number, detail: number) => readonly string[]
  readonly rail: (state: number, detail: number) => boolean
}

export function paintSpans(
  paint: Paint,
  { scale, blame, selection }: Scene,
  placed: PlacedSlice,
  bar: Bar,
  look: SpanLook,
): void {
  const { spans, track } = placed.slice
  if (!spans) return
  const { g, ratio, palette, width } = paint
  const perPixel = spanOf(scale) / scale.width
  const shift = (placed.from - scale.from) / perPixel
  const level = wordingLevel(paint, placed, perPixel, look)
  let painted = -Infinity
  let paintedState = -1
  for (let i = 0; i < spans.starts.length; i++) {
    const start = spans.starts[i] ?? 0
    const end = spans.starts[i + 1] ?? spans.end
    const state = spans.states[i] ?? 0
    if (state === LaneState.none) continue
    const left = Math.max(-8, snap(start / perPixel + shift, ratio))
    const right = Math.min(width + 8, snap(end / perPixel + shift, ratio))
    if (right < 0 || left > width || right < left) continue
    // Many spans within one pixel look like one.
    if (right - left < 1 / ratio && left === painted && state === paintedState) continue
    painted = left
    paintedState = state
    const detail = spans.details[i] ?? 0
    const lit = isLit(blame, track, placed.from + start, placed.from + end)
    g.globalAlpha = lit ? 1 : DIMMED
    const box = { x: left, y: bar.top, width: right - left, height: bar.height }
    fillSpan(paint, state, box, look.rail(state, detail))
    // The selected span is labelled with its duration instead (overlay.ts).
    const isSelected =
      selection?.track === track && Math.abs(placed.from + start - selection.from) < 1
    if (right - left > 18 && !isSelected) {
      g.globalAlpha = lit ? 1 : 0.9
      const wordings = look.label(state, detail).slice(level)
      paintLabel(paint, state, wordings, box, lit ? palette.onState : palette.text)
    }
  }
  g.globalAlpha = 1
}

/**
 * How short the wording has to be for most spans of the row to have one: names that change between
 * Thread-1 and T1 from span to span look like different things.
 */
function wordingLevel(
  paint: Paint,
  { slice: { spans } }: PlacedSlice,
  perPixel: number,
  look: SpanLook,
): number {
  if (!spans) return 0
  const widths: number[] = []
  let longest: readonly string[] = []
  for (let i = 0; i < spans.starts.length; i++) {
    const wordings = look.label(spans.states[i] ?? 0, spans.details[i] ?? 0)
    if (wordings.length < 2) continue
    const width = ((spans.starts[i + 1] ?? spans.end) - (spans.starts[i] ?? 0)) / perPixel
    if (width > 18) widths.push(width)
    if ((wordings[0] ?? '').length > (longest[0] ?? '').length) longest = wordings
  }
  const typical = widths.sort((left, right) => left - right)[Math.floor(widths.length / 4)]
  if (typical === undefined) return 0
  const fits = fittingText(paint, longest, typical - 8, { colour: '', weight: 500 })
  return fits === undefined ? longest.length - 1 : longest.indexOf(fits)
}

function paintLabel(
  paint: Paint,
  state: number,
  wordings: readonly string[],
  { x, y, width, height }: Box,
  onSolid: string,
): void {
  if (wordings.length === 0) return
  const { palette } = paint
  const left = Math.max(x, 0)
  const right = Math.min(x + width, paint.width)
  const solid = state === LaneState.running || state === LaneState.holding
  const words = fittingText(paint, wordings, right - left - (solid ? 8 : 28), {
    colour: '',
    weight: 500,
  })
  if (words === undefined) return
  const rail = state === LaneState.holding && height < 24 ? 1 : 0
  text(paint, words, (left + right - 1) / 2, y + height / 2 - rail, {
    colour: solid ? onSolid : palette.text,
    weight: 500,
    align: 'center',
    ...(solid ? {} : { plate: palette.ground }),
  })
}
