/** A canvas made ready for one drawing: unit is the CSS pixel, edges snap to device pixels. */
import type { Palette } from '../../theme/palette.ts'
import type { StatePatterns } from '../../theme/state-pattern.ts'
import { snap } from '../time-scale.ts'

export interface Paint {
  readonly g: CanvasRenderingContext2D
  readonly width: number
  readonly height: number
  readonly ratio: number
  readonly palette: Palette
  readonly patterns: StatePatterns
}

/** Sizes the canvas to its box and clears it; undefined while it has no size. */
export function beginPaint(canvas: HTMLCanvasElement, patterns: StatePatterns): Paint | undefined {
  return paintOf(canvas, canvas.clientWidth, canvas.clientHeight, patterns)
}

/** As beginPaint, for a canvas that is in no page. CSS pixels. */
export function paintOf(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  patterns: StatePatterns,
): Paint | undefined {
  const { ratio, palette } = patterns
  const g = canvas.getContext('2d')
  if (!g || width === 0 || height === 0) return undefined
  const deviceWidth = Math.round(width * ratio)
  const deviceHeight = Math.round(height * ratio)
  if (canvas.width !== deviceWidth || canvas.height !== deviceHeight) {
    canvas.width = deviceWidth
    canvas.height = deviceHeight
  }
  g.setTransform(ratio, 0, 0, ratio, 0, 0)
  g.globalAlpha = 1
  g.setLineDash([])
  g.clearRect(0, 0, width, height)
  return { g, width, height, ratio, palette, patterns }
}

/** A crisp upright line one device pixel wide or more. */
export function uprightLine(
  { g, ratio }: Paint,
  x: number,
  top: number,
  height: number,
  colour: string,
  thickness = 1,
): void {
  g.fillStyle = colour
  g.fillRect(
    snap(x, ratio) - (thickness > 1 ? snap(thickness / 2, ratio) : 0),
    top,
    thickness,
    height,
  )
}

export function dashedLine(
  { g }: Paint,
  from: readonly [number, number],
  to: readonly [number, number],
  colour: string,
  dash: readonly number[],
  width = 1,
): void {
  g.strokeStyle = colour
  g.lineWidth = width
  g.setLineDash([...dash])
  g.beginPath()
  g.moveTo(...from)
  g.lineTo(...to)
  g.stroke()
  g.setLineDash([])
}

export interface TextStyle {
  readonly colour: string
  readonly weight?: 400 | 500 | 600
  readonly mono?: boolean
  readonly align?: 'left' | 'center' | 'right'
  /** Ground behind the text, to be legible on a pattern. */
  readonly plate?: string
  /** Outline of the plate. */
  readonly ring?: string
}

const widths = new Map<string, number>()

function measure(g: CanvasRenderingContext2D, text: string): number {
  const key = `${g.font}|${text}`
  let width = widths.get(key)
  if (width === undefined) {
    if (widths.size > 5_000) widths.clear()
    width = g.measureText(text).width
    widths.set(key, width)
  }
  return width
}

function useFont({ g, palette }: Paint, { weight = 400, mono = false }: TextStyle): void {
  g.font = `${weight} 11px ${mono ? palette.fontMono : palette.fontUi}`
}

/** Text of 11 px, centred on `y`. */
export function text(paint: Paint, words: string, x: number, y: number, style: TextStyle): void {
  const { g, ratio } = paint
  useFont(paint, style)
  const align = style.align ?? 'left'
  const width = measure(g, words)
  const left = align === 'center' ? x - width / 2 : align === 'right' ? x - width : x
  if (style.plate) {
    g.beginPath()
    g.roundRect(snap(left - 4, ratio), snap(y - 8, ratio), Math.ceil(width) + 8, 16, 3)
    g.fillStyle = style.plate
    g.fill()
    if (style.ring) {
      g.strokeStyle = style.ring
      g.lineWidth = 1
      g.stroke()
    }
  }
  g.fillStyle = style.colour
  g.textAlign = 'left'
  g.textBaseline = 'middle'
  g.fillText(words, snap(left, ratio), y + 0.5)
}

export function textWidth(paint: Paint, words: string, style: TextStyle): number {
  useFont(paint, style)
  return measure(paint.g, words)
}

/** The first of the wordings that fits, or none. */
export function fittingText(
  paint: Paint,
  wordings: readonly string[],
  room: number,
  style: TextStyle,
): string | undefined {
  if (room < 6) return undefined
  return wordings.find((words) => words !== '' && textWidth(paint, words, style) <= room)
}
