/** What a section of the demo printed at its end: how many increments there were, and what was counted. */
import type { SectionFigures } from '../../trace/figures.ts'

export interface Lost {
  readonly made: number
  readonly counted: number
  /** Of the increments, those that nobody can see in the counter: 0 to 1. */
  readonly share: number
}

const LINE = /^counted (\d+) of (\d+)$/

/** @returns undefined where the section printed no such line */
export function lostIn({ output }: SectionFigures): Lost | undefined {
  for (const { text } of output) {
    const [, counted, made] = LINE.exec(text) ?? []
    if (counted !== undefined && Number(made) > 0) {
      const lost = Number(made) - Number(counted)
      return { made: Number(made), counted: Number(counted), share: lost / Number(made) }
    }
  }
  return undefined
}
