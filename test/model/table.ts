/** The table of what was explored, printed at the end of the test file. */
import type { Exploration } from './explorer.ts'

const rows: string[][] = []

export function note(
  name: string,
  bound: number,
  { states, steps, histories, depth }: Exploration,
): void {
  const preemptions = bound === Infinity ? 'all' : `<= ${bound}`
  rows.push([name, preemptions, ...[states, steps, histories, depth].map(String)])
}

export function table(): string {
  const all = [['scenario', 'preemptions', 'states', 'steps', 'histories', 'longest'], ...rows]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
        )
        .join('  '),
    )
    .join('\n')
}
