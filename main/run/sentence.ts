/** Sentences of verdicts: words, with figures in them that tell where they were measured. */
import type { LinkedFigure, Sentence, TimelinePlace, Verdict } from './contract.ts'

/** A figure that links to its place; without a place, its text. */
export const figure = (text: string, place?: TimelinePlace): string | LinkedFigure =>
  place === undefined ? text : { text, place }

/** Tag of a template: its substitutions are texts, figures with places, or sentences. */
export function say(
  texts: TemplateStringsArray,
  ...figures: readonly (Sentence | LinkedFigure)[]
): Sentence {
  const parts = texts
    .flatMap((text, index) => [text, figures[index] ?? ''].flat())
    .filter((part) => part !== '')
  const words = parts.filter((part) => typeof part === 'string')
  return words.length === parts.length ? words.join('') : parts
}

/** Its words alone. */
export const sentenceText = (sentence: Sentence): string =>
  typeof sentence === 'string'
    ? sentence
    : sentence.map((part) => (typeof part === 'string' ? part : part.text)).join('')

/** A verdict's headline: its words, and where there are links, the same words with them. */
export function headed(sentence: Sentence): Pick<Verdict, 'headline' | 'linkedHeadline'> {
  const headline = sentenceText(sentence)
  return typeof sentence === 'string' ? { headline } : { headline, linkedHeadline: sentence }
}
