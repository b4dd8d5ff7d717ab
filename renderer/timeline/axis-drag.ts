/**
 * The axis under the pointer: drag to scrub, drag with Shift to select a range, drag an edge of the
 * range to move it, press a note or a match to go there.
 */
import type { TimelineState } from './timeline-state.svelte.ts'
import { drag } from './pointer.ts'
import { timeAt, xOf, type TimeScale } from './time-scale.ts'

/** CSS pixels on both sides of what can be taken hold of. */
const REACH = 5

export type AxisThing =
  | { readonly type: 'edge'; readonly anchor: number }
  | { readonly type: 'note' | 'match'; readonly index: number }

/** What of the marks lies at this place of the axis. */
export function thingAt(
  { marks }: Pick<TimelineState, 'marks'>,
  scale: TimeScale,
  x: number,
): AxisThing | undefined {
  const isNear = (time: number) => Math.abs(xOf(scale, time) - x) <= REACH
  const note = marks.notes.findLastIndex(({ from }) => isNear(from))
  if (note >= 0) return { type: 'note', index: note }
  if (marks.range && isNear(marks.range.from)) return { type: 'edge', anchor: marks.range.to }
  if (marks.range && isNear(marks.range.to)) return { type: 'edge', anchor: marks.range.from }
  const match = marks.matches.findIndex(({ time }) => isNear(time))
  return match >= 0 ? { type: 'match', index: match } : undefined
}

export function axisDrag(
  timeline: TimelineState,
  scaleNow: () => TimeScale,
): (element: HTMLElement) => () => void {
  return (element) => {
    /** The fixed end of the range that is drawn; undefined: the view is scrubbed. */
    let anchor: number | undefined
    const hover = (event: PointerEvent) => {
      const thing = thingAt(timeline, scaleNow(), event.offsetX)
      element.style.cursor =
        thing === undefined ? '' : thing.type === 'edge' ? 'ew-resize' : 'pointer'
    }
    element.addEventListener('pointermove', hover)
    const stop = drag({
      press: (x, _y, withShift) => {
        const thing = thingAt(timeline, scaleNow(), x)
        anchor = thing?.type === 'edge' ? thing.anchor : undefined
        if (withShift) anchor ??= timeAt(scaleNow(), x)
        if (anchor !== undefined) timeline.following = false
        return true
      },
      move: (x, _y, dx) => {
        if (anchor !== undefined) timeline.selected.select(anchor, timeAt(scaleNow(), x))
        else timeline.pan(-dx / Math.max(1, scaleNow().width))
      },
      click: (x) => {
        const thing = thingAt(timeline, scaleNow(), x)
        if (thing?.type === 'match') timeline.actions.chooseMatch(thing.index)
        const note = thing?.type === 'note' ? timeline.notes.all[thing.index] : undefined
        if (note) timeline.actions.showNote(note)
      },
    })(element)
    return () => {
      element.removeEventListener('pointermove', hover)
      stop()
    }
  }
}
