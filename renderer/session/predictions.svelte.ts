/** What people said before a run; kept by demo and variant in the window's storage. */
import type { DemoManifest, Question } from '../../main/demos/manifest.ts'
import { isRecord, keep, readKept } from './storage.ts'

const KEY = 'predictions'
/** Demos of one's own may come and go: the oldest answers go with them. */
const MAX_KEPT = 200

type Answers = Readonly<Record<string, string>>

/** Asked before a run of this variant. */
export const questionsOf = (
  { questions = [] }: Pick<DemoManifest, 'questions'>,
  variant: string,
): readonly Question[] =>
  questions.filter(({ variants }) => variants === undefined || variants.includes(variant))

export class Predictions {
  /** Option by question, by `demo variant`; the newest last. */
  #kept = $state.raw<Readonly<Record<string, Answers>>>(readAll())

  /** Id of the option that was chosen; undefined: none was. */
  of(demo: string, variant: string, question: string): string | undefined {
    return this.#kept[`${demo} ${variant}`]?.[question]
  }

  /** The same option again takes it back. */
  choose(demo: string, variant: string, question: string, option: string): void {
    const key = `${demo} ${variant}`
    const { [key]: before = {}, ...others } = this.#kept
    const { [question]: chosen, ...rest } = before
    const answers = chosen === option ? rest : { ...rest, [question]: option }
    const all = { ...others, ...(Object.keys(answers).length > 0 && { [key]: answers }) }
    this.#kept = Object.fromEntries(Object.entries(all).slice(-MAX_KEPT))
    keep(KEY, this.#kept)
  }
}

function readAll(): Record<string, Answers> {
  const kept = readKept(KEY)
  if (!isRecord(kept)) return {}
  return Object.fromEntries(
    Object.entries(kept).map(([key, answers]) => [key, isRecord(answers) ? textsOf(answers) : {}]),
  )
}

const textsOf = (answers: Record<string, unknown>): Answers =>
  Object.fromEntries(
    Object.entries(answers).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
