/** A row's name dragged up or down to stand elsewhere among its siblings. For use as attachment. */
import type { Row } from './layout.ts'
import { drag } from './pointer.ts'
import type { ActiveRow, Rows } from './rows.svelte.ts'

const activeOf = (row: Row): ActiveRow =>
  row.type === 'track' ? { type: 'track', track: row.track.id } : { type: 'group', group: row.name }

/** @param rowAt the row at this height of the element, as rows stand now */
export function rowDrag(
  rows: Rows,
  rowAt: (y: number) => Row | undefined,
  onMoving: (key: string | undefined) => void,
): (element: HTMLElement) => () => void {
  return (element) => {
    let dragged: ActiveRow | undefined
    return drag({
      press: (_x, y) => {
        const row = rowAt(y)
        dragged = row && activeOf(row)
        return dragged !== undefined
      },
      move: (_x, y) => {
        const over = rowAt(y)
        if (!dragged || !over) return
        onMoving(dragged.type === 'track' ? `track ${dragged.track}` : `group ${dragged.group}`)
        rows.moveOver(dragged, activeOf(over))
      },
      click: (_x, y) => {
        const row = rowAt(y)
        if (row) rows.active = activeOf(row)
      },
      end: () => {
        dragged = undefined
        onMoving(undefined)
      },
    })(element)
  }
}
