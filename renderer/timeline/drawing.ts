/** The three canvases of a timeline, drawn together in one frame from plain data. */
import type { MinimapAnswer, SpanDetail, TimeRange, TrackInfo } from '../../main/run/contract.ts'
import { cssPixels } from '../../main/core/units.ts'
import type { Palette } from '../theme/palette.ts'
import { StatePatterns } from '../theme/state-pattern.ts'
import { blameOf, type Blame } from './blame.ts'
import type { Layout } from './layout.ts'
import type { Marks } from './marks.ts'
import { paintAxis } from './paint/axis.ts'
import { FlowPainter } from './paint/flows.ts'
import { MinimapStrip, paintMinimap } from './paint/minimap.ts'
import { paintOverlay } from './paint/overlay.ts'
import { beginPaint } from './paint/paint.ts'
import { RowSheet } from './paint/row-sheet.ts'
import { RowsLayer } from './paint/rows-layer.ts'
import type { FocusedCell, Scene } from './paint/scene.ts'
import { ticksFor } from './ticks.ts'
import type { PlacedSlice } from './view-loader.ts'

export interface Picture {
  readonly palette: Palette
  readonly range: TimeRange
  readonly extent: number
  /** The moment that the axis calls 0; absent: the run's beginning. */
  readonly zero?: number
  readonly newest: number
  readonly phase: 'running' | 'over' | 'failed'
  readonly remaining: number | undefined
  readonly tracks: readonly TrackInfo[]
  readonly layout: Layout
  readonly scrollTop: number
  readonly slices: ReadonlyMap<number, PlacedSlice>
  readonly minimap: MinimapAnswer | undefined
  readonly selection: SpanDetail | undefined
  readonly hover: SpanDetail | undefined
  readonly cursor: number | undefined
  readonly marks: Marks
  /** The cell that the keyboard stands on, given only while the grid has the keyboard's focus. */
  readonly focus?: FocusedCell | undefined
  /** Row under the pointer: the column of it in which `cursor` stands is told of. */
  readonly hoverTrack?: number | undefined
  /**
   * Rows at the top of the layout that stand still while the others scroll beneath them: their
   * height in CSS pixels. A line parts them from the rest.
   */
  readonly pinnedHeight?: number | undefined
}

export interface Canvases {
  readonly rows: HTMLCanvasElement
  readonly axis: HTMLCanvasElement
  readonly minimap: HTMLCanvasElement
}

export class Drawing {
  readonly #sheet = new RowSheet()
  readonly #layer = new RowsLayer()
  readonly #flows = new FlowPainter()
  readonly #strip = new MinimapStrip()
  #patterns: StatePatterns | undefined
  #tracks: readonly TrackInfo[] = []
  #byId: ReadonlyMap<number, TrackInfo> = new Map()
  #byResource: ReadonlyMap<number, TrackInfo> = new Map()

  draw(canvases: Canvases, picture: Picture): void {
    const patterns = this.#patternsFor(picture.palette)
    this.#index(picture.tracks)
    const width = canvases.rows.clientWidth
    if (width === 0) return
    const { range, newest, phase, selection, cursor } = picture
    const scale = { ...range, width: cssPixels(width) }
    const ticks = ticksFor(scale, picture.zero)
    const scene: Scene = {
      ...picture,
      scale,
      ticks,
      tracks: this.#byId,
      resources: this.#byResource,
      focus: picture.focus,
      hoverTrack: picture.hoverTrack,
      pinnedHeight: picture.pinnedHeight ?? 0,
      sheet: this.#sheet,
      blame: this.#blame(picture),
    }
    const rows = beginPaint(canvases.rows, patterns)
    if (rows) {
      this.#layer.draw(rows, scene)
      paintOverlay(rows, scene, this.#layer, this.#flows)
    }
    const axis = beginPaint(canvases.axis, patterns)
    const running = phase === 'running'
    if (axis)
      paintAxis(axis, { scale, ticks, newest, running, selection, cursor, marks: picture.marks })
    const minimap = beginPaint(canvases.minimap, patterns)
    if (minimap) {
      paintMinimap(minimap, this.#strip, {
        extent: picture.extent,
        view: range,
        newest,
        phase,
        remaining: picture.remaining,
        answer: picture.minimap,
        marks: picture.marks,
        gil: picture.tracks.some(({ kind }) => kind === 'gil'),
      })
    }
  }

  /** How often the rows were drawn: what is laid over them changes more often. */
  get rowsDrawn(): number {
    return this.#layer.drawn
  }

  /** Index of the flow under a point of the rows' canvas, in CSS pixels, as it was drawn last. */
  flowAt(x: number, y: number): number | undefined {
    return this.#flows.at(x, y)
  }

  #patternsFor(palette: Palette): StatePatterns {
    const ratio = globalThis.devicePixelRatio || 1
    if (this.#patterns?.palette !== palette || this.#patterns.ratio !== ratio) {
      this.#patterns = new StatePatterns(palette, ratio)
    }
    return this.#patterns
  }

  #index(tracks: readonly TrackInfo[]): void {
    if (tracks === this.#tracks) return
    this.#tracks = tracks
    this.#byId = new Map(tracks.map((track) => [track.id, track]))
    this.#byResource = new Map(
      tracks.filter(({ kind }) => kind !== 'lane').map((track) => [track.subject, track]),
    )
  }

  #blame({ selection, slices, tracks }: Picture): Blame | undefined {
    if (!selection) return undefined
    const blame = blameOf(selection, slices, tracks)
    const { holder, ender } = selection.blame ?? {}
    if (!holder) return blame
    // The holder's span as far as it is known, also where rows show shares: from when it took it.
    const to = ender?.track === holder.track ? ender.time : selection.from
    const lit = [...blame.lit, { track: holder.track, from: holder.time, to }]
    return { ...blame, lit }
  }
}
