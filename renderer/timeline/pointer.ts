/** Pointer and wheel as intentions: zoom around a point, pan by pixels, click. */

export interface WheelLike {
  readonly deltaX: number
  readonly deltaY: number
  /** 0: pixels, 1: lines, 2: pages. */
  readonly deltaMode: number
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
}

export type WheelIntent =
  | { readonly type: 'zoom'; readonly factor: number }
  | { readonly type: 'pan'; readonly pixels: number }

const LINE = 16
const PAGE = 400

/**
 * A wheel turned up or down zooms, as does a pinch (which arrives as a wheel with ctrl); turned
 * sideways, or with shift, it pans.
 */
export function wheelIntent(event: WheelLike): WheelIntent {
  const unit = event.deltaMode === 1 ? LINE : event.deltaMode === 2 ? PAGE : 1
  const across = event.deltaX * unit
  const down = event.deltaY * unit
  const pinch = event.ctrlKey || event.metaKey
  if (!pinch && event.shiftKey) return { type: 'pan', pixels: down === 0 ? across : down }
  if (!pinch && Math.abs(across) > Math.abs(down)) return { type: 'pan', pixels: across }
  // A pinch comes in small steps, a wheel in notches of about a hundred pixels.
  const step = Math.max(-200, Math.min(200, down)) * (Math.abs(down) < 40 && pinch ? 0.012 : 0.0022)
  return { type: 'zoom', factor: Math.exp(-step) }
}

export interface DragHandlers {
  /** CSS pixels within the element. Return false to let go of this press. */
  readonly press?: (x: number, y: number, withShift: boolean) => boolean
  readonly move: (x: number, y: number, dx: number, dy: number) => void
  /** Pressed and let go on the spot. */
  readonly click?: (x: number, y: number) => void
  readonly end?: () => void
}

/** Farther than this, a press is a drag and not a click. */
const SLACK = 3

/** Follows the pointer from a press of the main button until it is let go. For use as attachment. */
export function drag(handlers: DragHandlers): (element: HTMLElement) => () => void {
  return (element) => {
    let last: { x: number; y: number } | undefined
    let moved = false
    let travel = 0
    const place = (event: PointerEvent) => {
      const box = element.getBoundingClientRect()
      return { x: event.clientX - box.left, y: event.clientY - box.top }
    }
    const down = (event: PointerEvent) => {
      // Buttons within the element keep their clicks.
      if (event.button !== 0 || (event.target as Element).closest('button')) return
      const at = place(event)
      if (handlers.press && !handlers.press(at.x, at.y, event.shiftKey)) return
      last = at
      moved = false
      travel = 0
      element.setPointerCapture(event.pointerId)
    }
    const move = (event: PointerEvent) => {
      if (!last) return
      const at = place(event)
      travel += Math.abs(at.x - last.x) + Math.abs(at.y - last.y)
      if (!moved && travel <= SLACK) return
      moved = true
      handlers.move(at.x, at.y, at.x - last.x, at.y - last.y)
      last = at
    }
    const up = (event: PointerEvent) => {
      if (!last) return
      const { x, y } = place(event)
      last = undefined
      if (!moved && event.type === 'pointerup') handlers.click?.(x, y)
      handlers.end?.()
    }
    element.addEventListener('pointerdown', down)
    element.addEventListener('pointermove', move)
    element.addEventListener('pointerup', up)
    element.addEventListener('pointercancel', up)
    return () => {
      element.removeEventListener('pointerdown', down)
      element.removeEventListener('pointermove', move)
      element.removeEventListener('pointerup', up)
      element.removeEventListener('pointercancel', up)
    }
  }
}

/** Hears the wheel; not passive, because the page must neither scroll nor zoom. For use as attachment. */
export function wheel(
  turn: (intent: WheelIntent, x: number) => void,
): (element: HTMLElement) => () => void {
  return (element) => {
    const hear = (event: WheelEvent) => {
      event.preventDefault()
      turn(wheelIntent(event), event.clientX - element.getBoundingClientRect().left)
    }
    element.addEventListener('wheel', hear, { passive: false })
    return () => element.removeEventListener('wheel', hear)
  }
}
