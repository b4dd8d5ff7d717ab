/** What the arrows and Enter mean while the rows have the keyboard. */
import type { TimelineState } from './timeline-state.svelte.ts'

/** Left and right go from span to span, or fold a group; up and down from row to row. */
export function gridKeys({ actions, rows }: TimelineState, event: KeyboardEvent): void {
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
  const { key, shiftKey } = event
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const direction = key === 'ArrowUp' ? 'up' : 'down'
    if (shiftKey) actions.moveRow(direction)
    else void actions.walkRows(direction)
  } else if ((key === 'ArrowLeft' || key === 'ArrowRight') && !shiftKey && rows.active) {
    const { active } = rows
    if (active.type === 'track') void actions.walkSpans(key === 'ArrowLeft' ? 'previous' : 'next')
    else {
      const group = rows.groups.find(({ name }) => name === active.group)
      if (group?.folded === (key === 'ArrowRight')) rows.toggleGroup(active.group)
    }
  } else if (key === 'Enter') void actions.choose()
  else return
  event.preventDefault()
}
