/**
 * The rows' picture, kept apart from what is laid over it: pointing, selecting and marking draw over
 * it and do not draw it again.
 */
import type { StatePatterns } from '../../theme/state-pattern.ts'
import type { PlacedSlice } from '../view-loader.ts'
import type { Label } from './labels.ts'
import { paintOf, type Paint } from './paint.ts'
import type { Scene } from './scene.ts'
import { paintTracks } from './tracks.ts'

export class RowsLayer {
  readonly #canvas = document.createElement('canvas')
  readonly #slices = new Map<number, PlacedSlice>()
  #scene: Scene | undefined
  #patterns: StatePatterns | undefined
  #width = 0
  #height = 0
  labels: readonly Label[] = []
  /** How often the rows were drawn. */
  drawn = 0

  get canvas(): HTMLCanvasElement {
    return this.#canvas
  }

  /** Draws the rows if anything that they show has changed, and lays them on `paint`. */
  draw(paint: Paint, scene: Scene): void {
    const { g, width, height, patterns } = paint
    if (!this.#isSame(paint, scene)) {
      const own = paintOf(this.#canvas, width, height, patterns)
      if (!own) return
      this.labels = paintTracks(own, scene)
      this.drawn += 1
      this.#remember(paint, scene)
    }
    g.imageSmoothingEnabled = false
    g.drawImage(this.#canvas, 0, 0, width, height)
  }

  #isSame({ width, height, patterns }: Paint, scene: Scene): boolean {
    const before = this.#scene
    return (
      before !== undefined &&
      this.#patterns === patterns &&
      this.#width === width &&
      this.#height === height &&
      before.scale.from === scene.scale.from &&
      before.scale.to === scene.scale.to &&
      before.layout === scene.layout &&
      before.scrollTop === scene.scrollTop &&
      before.pinnedHeight === scene.pinnedHeight &&
      before.newest === scene.newest &&
      before.phase === scene.phase &&
      before.tracks === scene.tracks &&
      this.#hasSameSlices(scene)
    )
  }

  /** Slices change within one map: each is compared. */
  #hasSameSlices({ slices }: Scene): boolean {
    if (slices.size !== this.#slices.size) return false
    for (const [track, placed] of slices) if (this.#slices.get(track) !== placed) return false
    return true
  }

  #remember({ width, height, patterns }: Paint, scene: Scene): void {
    this.#scene = scene
    this.#patterns = patterns
    this.#width = width
    this.#height = height
    this.#slices.clear()
    for (const [track, placed] of scene.slices) this.#slices.set(track, placed)
  }
}
