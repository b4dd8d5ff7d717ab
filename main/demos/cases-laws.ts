/** Laws of scaling, fitted to a sweep over the number of lanes: figures and words. */
import { capitalised, formatRatio, formatShare } from '../core/figures-format.ts'
import { fitBand } from '../core/scaling-band.ts'
import { aloneOf, AMDAHL_FROM, asShare } from '../core/scaling.ts'
import type { FittedLaw, Interval, Sentence } from '../run/contract.ts'
import { figure, say } from '../run/sentence.ts'
import { laneAxis, workRate, type Case } from './cases.ts'
import type { Demo, DemoFigure } from './demo.ts'
import { placeOf } from './verdict-parts.ts'

/** Work a second as the demo measures it, where it does; else its work by the section's time. */
const rateOf = (demo: Demo): DemoFigure =>
  demo.figure?.unit === '/s' && demo.figure.better === 'more' ? demo.figure : workRate(demo)

/** One for each variant that ran with numbers enough. */
export function lawsOf(demo: Demo, cases: readonly Case[]): readonly FittedLaw[] {
  const axis = laneAxis(demo.manifest, cases)
  if (axis === undefined) return []
  const rate = rateOf(demo)
  return [...new Set(cases.map(({ variant }) => variant))].flatMap((variant) => {
    const samples = cases
      .filter((each) => each.variant === variant)
      .map(({ swept, sections, parameters }) => ({
        lanes: swept[axis] ?? NaN,
        values: sections.flatMap((section) => {
          const value = rate.of(section, parameters)
          return value !== undefined && value > 0 && Number.isFinite(value) ? [value] : []
        }),
      }))
      .filter(({ lanes, values }) => lanes >= 1 && values.length > 0)
      .toSorted((one, other) => one.lanes - other.lanes)
    const law = samples.length < AMDAHL_FROM ? undefined : fitBand(samples)
    return law ? [{ variant, ...law }] : []
  })
}

/** `12 % (8 % to 17 %)`. */
const shareWords = (share: Interval): string =>
  `${formatShare(share.estimate)} (${intervalWords(share)})`
const intervalWords = ({ low, high }: Interval): string =>
  `95\u00a0% interval ${formatShare(low)} to ${formatShare(high)}`
const between = ({ low, high }: Interval): string =>
  `95\u00a0% interval ${formatRatio(low)} to ${formatRatio(high)}`

/** Less than this share alone: nothing that a law could tell from nothing. */
const NONE = 0.001

/**
 * @param who what to call the variant, where there are several; else ''.
 * @param lanes what is counted: `threads`.
 */
export function lawSentences(
  law: FittedLaw,
  cases: readonly Case[],
  who: string,
  lanes: string,
): Sentence[] {
  const points = cases.filter(({ variant }) => variant === law.variant)
  const own = points.flatMap((each) => each.sections)
  const [first] = own
  if (first === undefined) return []
  const from = Math.min(...own.map((section) => section.from))
  const last = own.reduce((latest, section) => (section.to > latest.to ? section : latest))
  const start = own.find((section) => section.from === from) ?? first
  const place = { ...placeOf(start), to: last.to }
  const name = who === '' ? '' : `${who}: `
  const title = law.law === 'Amdahl' ? 'Amdahl’s law' : 'the universal scalability law'
  const fits = name === '' ? capitalised(title) : title
  const share = asShare(law.contention)
  const alone = aloneOf(law.contention)
  if (alone === 'falls')
    return [
      say`${name}${fits} does not describe this: the work done a second falls with more ${lanes}, and ${law.law === 'Amdahl' ? 'six different numbers of them would be needed to say by what' : 'more than by contention'}.`,
    ]
  const most = Math.max(...points.map(({ swept }) => swept[lanes] ?? 0))
  const part =
    share.high < NONE
      ? say`${name}${fits} fits with nothing that is done by one alone.`
      : alone === 'all'
        ? say`${name}${fits} fits with practically all of the work done by one alone (${figure(intervalWords(share), place)}): more ${lanes} gain next to nothing.`
        : say`${name}${fits} fits with ${figure(shareWords(share), place)} of the work done by one alone${ceiling(law.law, share)}.`
  return [part, ...coherenceSentence(law, lanes, most)]
}

/** 1/α: also with any number of lanes. Only where α is shown to be more than nothing. */
function ceiling(law: FittedLaw['law'], { estimate, low, high }: Interval): string {
  if (law !== 'Amdahl' || estimate < NONE) return ''
  const most = low < NONE ? 'no upper bound is shown' : `at the very most ${formatRatio(1 / low)}`
  return `: however many there are, at most ${formatRatio(1 / estimate)}\u00a0× what one does (${formatRatio(1 / high)} at least, ${most})`
}

/** @param most the largest number of lanes that was measured: the curve goes further. */
function coherenceSentence({ law, peak }: FittedLaw, lanes: string, most: number): Sentence[] {
  if (law === 'Amdahl') return []
  if (peak === undefined)
    return [
      `With more ${lanes} less and less is gained, as where they have to agree, or where processors are used up: no peak is shown.`,
    ]
  const far = peak.estimate > most ? ', beyond what was measured' : ''
  return [
    `It predicts the most work a second at ${formatRatio(peak.estimate)} ${lanes} (${between(peak)})${far}; with more of them it falls.`,
  ]
}
