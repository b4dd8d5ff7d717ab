/** Who is to blame for the selected wait: who held it when it began, whose release ended it. */
import { plainName } from '../names.ts'
import { text, textWidth, type Paint } from './paint.ts'
import { middleOf, type RowsSeen } from './rows-seen.ts'
import type { Bar, Scene } from './scene.ts'

/** From where on an arrow leads out of the picture, to a row that is scrolled away. */
const OUTSIDE = 14

/** Dashed: who held it when the wait began. Solid: whose release ended it. */
export function paintBlame(
  paint: Paint,
  scene: Scene,
  rows: RowsSeen,
  { left, right, own }: { readonly left: number; readonly right: number; readonly own: Bar },
): void {
  const { blame, tracks } = scene
  if (!blame) return
  const { width } = paint
  const middle = middleOf(own)
  const nameOf = (track: number) => plainName(tracks.get(track)?.name ?? '')
  const { heldBy, releasedBy } = blame
  if (releasedBy !== undefined && right > 0 && right < width) {
    const from = placeOf(paint, scene, rows, releasedBy)
    if (from !== undefined) {
      const side = elbow(paint, { x: right, from, to: middle, direction: 1, dashed: false })
      label(paint, `released by ${nameOf(releasedBy)}`, side, from, middle, 1)
    }
  }
  if (heldBy === undefined || heldBy === releasedBy || left <= 0 || left >= width) return
  const to = placeOf(paint, scene, rows, heldBy)
  if (to === undefined) return
  const side = elbow(paint, { x: left, from: middle, to, direction: -1, dashed: true })
  label(paint, `held by ${nameOf(heldBy)}`, side, to, middle, -1)
}

/** Middle of a lane's bar, or beyond the picture's edge towards it; undefined for a folded one. */
function placeOf(
  { height }: Paint,
  { pinnedHeight }: Scene,
  rows: RowsSeen,
  track: number,
): number | undefined {
  const seen = rows.get(track)
  if (!seen) return undefined
  const top = seen.row.top < pinnedHeight ? 0 : pinnedHeight
  return Math.min(height + OUTSIDE, Math.max(top - OUTSIDE, middleOf(seen.bar)))
}

/** Beside the arrow's upright part, and within the picture. */
function label(
  paint: Paint,
  words: string,
  side: number,
  from: number,
  to: number,
  direction: 1 | -1,
): void {
  const { palette, width, height } = paint
  const room = textWidth(paint, words, { colour: '', weight: 500 }) + 8
  const wanted = direction === 1 ? side + 10 : side - 10 - room + 8
  const left = Math.min(width - room, Math.max(6, wanted))
  const seenFrom = Math.min(height - 12, Math.max(12, from))
  text(paint, words, left, (seenFrom + to) / 2, {
    colour: palette.text,
    weight: 500,
    plate: palette.raised,
    ring: palette.line2,
  })
}

interface Elbow {
  readonly x: number
  readonly from: number
  readonly to: number
  readonly direction: 1 | -1
  readonly dashed: boolean
}

/** From a dot at (x, from) around to an arrow head at (x, to); returns x of its upright part. */
function elbow({ g, palette }: Paint, { x, from, to, direction, dashed }: Elbow): number {
  const side = x + direction * 15
  const turn = 5
  const down = to > from ? 1 : -1
  const draw = () => {
    g.beginPath()
    g.moveTo(x, from)
    g.arcTo(side, from, side, from + down * turn, turn)
    g.arcTo(side, to, x, to, turn)
    g.lineTo(x + direction * 6, to)
    g.stroke()
  }
  g.lineCap = 'butt'
  g.strokeStyle = palette.ground
  g.lineWidth = 5
  draw()
  g.strokeStyle = palette.text
  g.lineWidth = 2
  g.setLineDash(dashed ? [3, 3] : [])
  draw()
  g.setLineDash([])
  g.fillStyle = palette.text
  g.strokeStyle = palette.ground
  g.lineWidth = 1.5
  g.beginPath()
  g.arc(x, dashed ? to : from, dashed ? 3.2 : 4, 0, 2 * Math.PI)
  g.fill()
  g.stroke()
  if (!dashed) {
    g.beginPath()
    g.moveTo(x + 1, to)
    g.lineTo(x + 8, to - 4.5)
    g.lineTo(x + 8, to + 4.5)
    g.closePath()
    g.fill()
  }
  return side
}
