/** "Did you mean …?": which of the allowed names is near enough to what was typed. */

/** Edits (insert, delete, replace, swap of neighbours) between two short strings. */
function editDistance(from: string, to: string): number {
  const width = to.length + 1
  const table = new Uint16Array((from.length + 1) * width)
  const at = (row: number, column: number): number => table[row * width + column] ?? 0
  for (let row = 0; row <= from.length; row += 1)
    for (let column = 0; column <= to.length; column += 1) {
      if (row === 0 || column === 0) {
        table[row * width + column] = row + column
        continue
      }
      const same = from[row - 1] === to[column - 1]
      let best = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (same ? 0 : 1),
      )
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      if (row > 1 && column > 1 && swapped) best = Math.min(best, at(row - 2, column - 2) + 1)
      table[row * width + column] = best
    }
  return at(from.length, to.length)
}

const LONGEST = 64
const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** @returns the nearest candidate, or undefined when none is near */
export function suggest(typed: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(typed.slice(0, LONGEST))
  if (wanted === '') return undefined
  let best: string | undefined
  let bestDistance = Infinity
  for (const candidate of candidates) {
    const name = plain(candidate)
    const partial = wanted.length >= 3 && name.includes(wanted)
    const distance = partial ? 1 : editDistance(wanted, name)
    const near = distance <= Math.max(1, Math.floor(name.length / 3))
    if (near && distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}
