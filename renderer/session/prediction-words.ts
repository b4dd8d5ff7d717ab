/** What was said before a run, and what it measured, in words. Pure. */
import type { DemoManifest } from '../../main/demos/manifest.ts'
import type { QuestionAnswer, Sentence } from '../../main/run/contract.ts'
import type { Predictions } from './predictions.svelte.ts'

export interface AnsweredQuestion {
  readonly id: string
  readonly text: string
  /** Label of what was said; undefined: nothing was. */
  readonly said: string | undefined
  readonly measured: string
  readonly because: Sentence
}

/** Answers to questions and with options that the demo has: a recording may be of an older one. */
export function answeredQuestions(
  { id: demo, questions = [] }: Pick<DemoManifest, 'id' | 'questions'>,
  variant: string,
  answers: readonly QuestionAnswer[],
  predictions: Pick<Predictions, 'of'>,
): readonly AnsweredQuestion[] {
  return answers.flatMap(({ question: id, option, because }) => {
    const question = questions.find((each) => each.id === id)
    const labelOf = (wanted: string | undefined) =>
      question?.options.find((each) => each.id === wanted)?.label
    const measured = labelOf(option)
    if (question === undefined || measured === undefined) return []
    const said = labelOf(predictions.of(demo, variant, id))
    return [{ id, text: question.text, said, measured, because }]
  })
}

/** Something was said to them, and the run cannot tell: it was too short, or repeated too rarely. */
export function openQuestions(
  { id: demo, questions = [] }: Pick<DemoManifest, 'id' | 'questions'>,
  variant: string,
  answers: readonly QuestionAnswer[],
  predictions: Pick<Predictions, 'of'>,
): readonly { readonly id: string; readonly text: string; readonly said: string }[] {
  return questions.flatMap(({ id, text, options, variants }) => {
    const wanted = predictions.of(demo, variant, id)
    const said = options.find((each) => each.id === wanted)?.label
    const isAsked = variants?.includes(variant) ?? true
    const isAnswered = answers.some(({ question }) => question === id)
    return said === undefined || !isAsked || isAnswered ? [] : [{ id, text, said }]
  })
}
