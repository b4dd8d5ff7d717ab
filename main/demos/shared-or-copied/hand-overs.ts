/** What a section of the demo printed of its hand-overs. */
import { median } from '../../core/statistics.ts'
import type { SectionFigures } from '../../trace/figures.ts'

export interface HandOvers {
  /** Medians, nanoseconds: until the other one had it and had answered, less the time it wrote to it. */
  readonly took: number
  readonly written: number
  /** Whether what the other one changed was seen here, each time or never; undefined: now and then. */
  readonly seen: boolean | undefined
  /** Where it was, of the first one: here and there. */
  readonly mine: string
  readonly others: string
}

const TIMES = /^handed over in (\d+\.\d+) ms, written to in (\d+\.\d+) ms$/
const PLACES = /^mine is (.+), the other's (.+)$/
const SEEN = 'its change is seen'
const NOT_SEEN = 'its change is not seen'

/** @returns undefined where the section printed none */
export function handOversIn({ output }: SectionFigures): HandOvers | undefined {
  const lines = output.map(({ text }) => text)
  const times = lines.flatMap((line) => {
    const [, took, written] = TIMES.exec(line) ?? []
    return took === undefined ? [] : [{ took: Number(took) * 1e6, written: Number(written) * 1e6 }]
  })
  const took = median(times.map((time) => time.took))
  const written = median(times.map((time) => time.written))
  if (took === undefined || written === undefined) return undefined
  const [, mine = '', others = ''] =
    lines.map((line) => PLACES.exec(line)).find((match) => match !== null) ?? []
  const [seen, notSeen] = [lines.includes(SEEN), lines.includes(NOT_SEEN)]
  return { took, written, seen: seen === notSeen ? undefined : seen, mine, others }
}
