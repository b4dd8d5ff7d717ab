/**
 * The minimap under the pointer: drag the frame, drag its handles, press beside it to go there, drag
 * with Shift to select a range.
 */
import { brushOf } from './paint/minimap.ts'
import { drag } from './pointer.ts'
import { range, spanOf } from './time-scale.ts'
import type { TimelineState } from './timeline-state.svelte.ts'

const HANDLE = 6
/** Narrower than this the frame has no handles: it could not be moved otherwise. */
const WITH_HANDLES = 30

export type Grip = 'left' | 'right' | 'frame' | 'outside'

export function gripAt(x: number, brush: { readonly left: number; readonly right: number }): Grip {
  if (brush.right - brush.left >= WITH_HANDLES) {
    if (Math.abs(x - brush.left) <= HANDLE) return 'left'
    if (Math.abs(x - brush.right) <= HANDLE) return 'right'
  }
  return x >= brush.left && x <= brush.right ? 'frame' : 'outside'
}

export function minimapDrag(timeline: TimelineState): (element: HTMLElement) => () => void {
  return (element) => {
    let grip: Grip | 'range' = 'frame'
    /** Where a range was begun. */
    let anchor = 0
    /** Kept during a drag: while following live, the extent would move under the pointer. */
    let extent = 1
    const time = (x: number) => (x / element.clientWidth) * extent
    const centreAt = (x: number) => {
      const half = spanOf(timeline.range) / 2
      timeline.show(range(time(x) - half, time(x) + half))
    }
    const brush = () => brushOf(timeline.range, timeline.extent, element.clientWidth)
    const hover = (event: PointerEvent) => {
      const found = gripAt(event.offsetX, brush())
      element.style.cursor =
        found === 'left' || found === 'right' ? 'ew-resize' : found === 'frame' ? 'grab' : ''
    }
    element.addEventListener('pointermove', hover)
    const stop = drag({
      press: (x, _y, withShift) => {
        extent = timeline.extent
        anchor = time(x)
        if (withShift) {
          grip = 'range'
          return true
        }
        grip = gripAt(x, brush())
        if (grip === 'outside') {
          centreAt(x)
          grip = 'frame'
        }
        return true
      },
      move: (x, _y, dx) => {
        const { from, to } = timeline.range
        if (grip === 'range') timeline.selected.select(anchor, time(x))
        else if (grip === 'left') timeline.show(range(Math.min(time(x), to - 1), to))
        else if (grip === 'right') timeline.show(range(from, Math.max(time(x), from + 1)))
        else timeline.pan(time(dx) / spanOf(timeline.range))
      },
    })(element)
    return () => {
      element.removeEventListener('pointermove', hover)
      stop()
    }
  }
}
