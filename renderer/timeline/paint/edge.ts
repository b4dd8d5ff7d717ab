/** Where the data ends: the newest event, a run's end or its failure. */
import { snap, xOf } from '../time-scale.ts'
import { text, uprightLine, type Paint } from './paint.ts'
import { topOf, type Scene } from './scene.ts'

/** Right of the newest event there is nothing: plainly empty, or hatched when it was lost. */
export function paintEdge(paint: Paint, scene: Scene): void {
  const { scale, newest, phase, layout, scrollTop } = scene
  const { g, width, height, palette, ratio } = paint
  const x = snap(xOf(scale, newest), ratio)
  if (x < 0 || x > width) return
  const bottom = Math.min(height, layout.height - scrollTop)
  switch (phase) {
    case 'running':
      g.fillStyle = palette.band
      g.fillRect(x, 0, width - x, height)
      uprightLine(paint, x, 0, height, palette.accent, 2)
      return
    case 'over':
      uprightLine(paint, x, 0, height, palette.text3)
      if (x < width - 1 && x > 60) {
        text(paint, 'end', x - 6, 12, { colour: palette.text2, align: 'right' })
      }
      return
    case 'failed': {
      hatch(paint, x, bottom)
      uprightLine(paint, x, 0, height, palette.danger, 2)
      const first = layout.rows.find((row) => row.type === 'track')
      if (first && width - x > 70) {
        text(paint, 'no data', x + 14, topOf(scene, first) - 12, {
          colour: palette.text2,
          plate: palette.ground,
        })
      }
    }
  }
}

function hatch({ g, width, palette }: Paint, from: number, height: number): void {
  if (height <= 0 || from >= width) return
  g.save()
  g.beginPath()
  g.rect(from, 0, width - from, height)
  g.clip()
  g.strokeStyle = palette.line2
  g.lineWidth = 1
  g.beginPath()
  for (let x = from - height; x < width; x += 9) {
    g.moveTo(x, height)
    g.lineTo(x + height, 0)
  }
  g.stroke()
  g.restore()
}
