/** What a section of the demo printed of its counts. */
import type { SectionFigures } from '../../trace/figures.ts'

export interface Counts {
  /** The model of Node, or what sys.getrefcount says. */
  readonly kind: 'model' | 'real'
  readonly counted: number
  /** What it should be. */
  readonly expected: number
  /** Model: how often the count said that nobody had the object, while somebody had. */
  readonly tooFew: number
  /** Real: the most that was seen meanwhile. */
  readonly atMost: number
  /** Nanoseconds for one reference, taken and dropped. */
  readonly each: number
}

const MODEL = /^model: (-?\d+) counted, (\d+) held; (\d+) times too few$/
const REAL = /^real: (\d+) counted, (\d+) before; at most (\d+) meanwhile$/
const EACH = /^each taken and dropped in (\d+\.\d+) ns$/

const matched = ({ output }: SectionFigures, pattern: RegExp): readonly number[] | undefined => {
  for (const { text } of output) {
    const match = pattern.exec(text)
    if (match !== null) return match.slice(1).map(Number)
  }
  return undefined
}

/** @returns undefined where the section did not come that far */
export function countsIn(section: SectionFigures): Counts | undefined {
  const [each] = matched(section, EACH) ?? []
  const model = matched(section, MODEL)
  const [counted, expected, third = 0] = model ?? matched(section, REAL) ?? []
  if (each === undefined || counted === undefined || expected === undefined) return undefined
  return model === undefined
    ? { kind: 'real', counted, expected, tooFew: 0, atMost: third, each }
    : { kind: 'model', counted, expected, tooFew: third, atMost: 0, each }
}

/** Too many: the object is never freed. Too few: it was freed while somebody had it. */
export const isWrong = ({ counted, expected, tooFew }: Counts): boolean =>
  counted !== expected || tooFew > 0
