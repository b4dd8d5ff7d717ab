/** Sentences of verdicts: words, with figures in them that tell where they were measured. */
import type { LinkedFigure, Sentence, TimelinePlace } from './contract.ts'

/** A figure that links to its place; without a place, its text. */
export const figure = (text: string, place?: TimelinePlace): string | LinkedFigure =>
  place === undefined ? text : { text, place }

/** Tag of a template: its substitutions are texts, or figures with places. */
export function say(
  texts: TemplateStringsArray,
  ...figures: readonly (string | LinkedFigure)[]
): Sentence {
  const parts = texts
    .flatMap((text, index) => [text, figures[index] ?? ''])
    .filter((part) => part !== '')
  const words = parts.filter((part) => typeof part === 'string')
  return words.length === parts.length ? words.join('') : parts
}

/** Its words alone. */
export const sentenceText = (sentence: Sentence): string =>
  typeof sentence === 'string'
    ? sentence
    : sentence.map((part) => (typeof part === 'string' ? part : part.text)).join('')
