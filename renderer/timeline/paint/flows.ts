/** Draws items on their way from put to get: faded where there are many, one of them bright. */
import { LaneState } from '../../../main/trace/model.ts'
import { stateColours } from '../../theme/palette.ts'
import {
  curveAt,
  curveOf,
  curveWidth,
  flowCurves,
  type FlowCurve,
  type FlowPlaces,
} from './flow-curves.ts'
import type { Paint } from './paint.ts'
import type { RowsSeen } from './rows-seen.ts'
import type { Scene } from './scene.ts'

/** Curves are worked out once for a view, and drawn as often as the pointer moves. */
export class FlowPainter {
  #curves: readonly FlowCurve[] = NONE
  #scene: Scene | undefined

  paint(paint: Paint, scene: Scene, rows: RowsSeen): void {
    const { flows, flow } = scene.marks
    if (!flows || flows.queues.length === 0) {
      this.#curves = NONE
      this.#scene = undefined
      return
    }
    const places: FlowPlaces = {
      scale: scene.scale,
      newest: scene.newest,
      edgesOf: (track) => {
        const seen = rows.get(track)
        return seen && { upper: seen.bar.top, lower: seen.bar.top + seen.bar.height }
      },
    }
    if (!this.#scene || !isSameView(this.#scene, scene)) {
      this.#curves = flowCurves(flows, places)
      this.#scene = scene
    }
    const chosen = flow === undefined ? undefined : curveOf(flows, flow, places)
    // Beside what is told of, the flows step back with the rows.
    const isAside = scene.marks.path !== undefined || scene.blame !== undefined
    paintCurves(paint, this.#curves, isAside ? 0.3 : chosen ? 0.55 : 1)
    if (chosen) paintChosen(paint, chosen)
  }

  /** Index of the flow under a point, in CSS pixels; of a bundle the first one. */
  at(x: number, y: number): number | undefined {
    return curveAt(this.#curves, x, y)?.index
  }
}

const isSameView = (one: Scene, other: Scene): boolean =>
  one.marks.flows === other.marks.flows &&
  one.layout === other.layout &&
  one.scrollTop === other.scrollTop &&
  one.newest === other.newest &&
  one.scale.from === other.scale.from &&
  one.scale.to === other.scale.to &&
  one.scale.width === other.scale.width

const NONE: readonly FlowCurve[] = []
/** Above so many curves their ends are not marked. */
const MARKED = 160

function strengthOf(curves: number): number {
  if (curves <= 40) return 0.95
  return curves <= MARKED ? 0.7 : 0.36
}

function paintCurves(paint: Paint, curves: readonly FlowCurve[], strength: number): void {
  const { g, palette } = paint
  g.globalAlpha = strengthOf(curves.length) * strength
  g.strokeStyle = stateColours(palette, LaneState.queue).edge
  g.fillStyle = g.strokeStyle
  g.lineCap = 'butt'
  // All curves of one width in one stroke: where they cross they do not add up to a blot.
  for (let count = 1; count <= 256; count *= 2) {
    const width = curveWidth(count)
    strokeAll(paint, curves, width, (curve) => {
      return !curve.isInFlight && curve.count >= count && (count === 256 || curve.count < count * 2)
    })
  }
  g.setLineDash([1.5, 2.5])
  strokeAll(paint, curves, 1.25, ({ isInFlight }) => isInFlight)
  g.setLineDash([])
  if (curves.length <= MARKED) {
    for (const curve of curves) paintEnds(paint, curve, 1.6, 3)
  }
  g.globalAlpha = 1
}

function strokeAll(
  { g }: Paint,
  curves: readonly FlowCurve[],
  width: number,
  isOne: (curve: FlowCurve) => boolean,
): void {
  let any = false
  for (const curve of curves) {
    if (!isOne(curve)) continue
    if (!any) g.beginPath()
    any = true
    trace(g, curve)
  }
  if (!any) return
  g.lineWidth = width
  g.stroke()
}

function trace(g: CanvasRenderingContext2D, { putX, putY, getX, getY }: FlowCurve): void {
  const middle = (putY + getY) / 2
  g.moveTo(putX, putY)
  g.bezierCurveTo(putX, middle, getX, middle, getX, getY)
}

/** A dot at the put, an arrow head at the get. */
function paintEnds({ g }: Paint, curve: FlowCurve, radius: number, head: number): void {
  const { putX, putY, getX, getY, isInFlight } = curve
  g.beginPath()
  g.arc(putX, putY, radius, 0, 2 * Math.PI)
  if (!isInFlight) {
    const back = getY > putY ? -1 : 1
    g.moveTo(getX, getY)
    g.lineTo(getX - head, getY + back * head * 1.8)
    g.lineTo(getX + head, getY + back * head * 1.8)
    g.closePath()
  }
  g.fill()
}

function paintChosen(paint: Paint, curve: FlowCurve): void {
  const { g, palette } = paint
  for (const [colour, width] of [
    [palette.ground, 5],
    [palette.text, 2],
  ] as const) {
    g.strokeStyle = colour
    g.lineWidth = width
    g.setLineDash(curve.isInFlight && colour === palette.text ? [3, 3] : [])
    g.beginPath()
    trace(g, curve)
    g.stroke()
  }
  g.setLineDash([])
  g.fillStyle = palette.text
  paintEnds(paint, curve, 3, 4)
}
