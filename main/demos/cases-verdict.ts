/** The verdict of a run with other variants or a sweep: a table of cases, and what it shows. */
import { capitalised, formatCount, formatRatio, inWords, plural } from '../core/figures-format.ts'
import { canHold, chanceApart, MIN_REPEATS, pairsOf } from '../core/statistics.ts'
import type { Evidence, Sentence, Verdict } from '../run/contract.ts'
import { headed, say } from '../run/sentence.ts'
import { bestOf, bottleneckSentences, expectation, type Best } from './cases-findings.ts'
import { lawSentences, lawsOf } from './cases-laws.ts'
import {
  directionWords,
  leadWords,
  listed,
  namingOf,
  quotedLabel,
  ratioWords,
  type Naming,
} from './cases-words.ts'
import {
  casesOf,
  formatMeasure,
  laneAxis,
  measured,
  measureOf,
  type MeasuredCase,
} from './cases.ts'
import type { Demo, DemoFigure, VerdictInput } from './demo.ts'
import * as parts from './verdict-parts.ts'

/**
 * @param demo its work being that of what ran; see `isCasesRun` for which runs are judged so.
 */
export function judgeCases(demo: Demo, input: VerdictInput): Verdict {
  const all = casesOf(demo.manifest, input)
  const measure = measureOf(demo, all)
  const cases = measured(input, all, measure)
  const best = bestOf(cases, measure)
  if (best === undefined) return parts.nothingMeasured(input, 'figure to compare')

  const naming = namingOf(demo.manifest, all)
  const laws = lawsOf(demo, all)
  const axis = laneAxis(demo.manifest, all) ?? ''
  const expected = expectation(demo, input, all, naming)
  const variants = [...new Set(cases.map(({ variant }) => variant))]
  const nameOf = (variant: string) =>
    variants.length < 2 ? '' : quotedLabel(demo.manifest, variant)
  const { what, unit, better } = measure
  return {
    judgement: judgement(expected.judgement, cases, best),
    ...headed(headline(best, cases, measure, naming)),
    sentences: [
      ...comparisons(demo, cases, measure, naming),
      ...bestOfEach(demo, cases, measure, naming),
      ...worth(cases),
      ...laws.flatMap((law) => lawSentences(law, all, nameOf(law.variant), axis)),
      ...bottleneckSentences(cases, naming),
      ...expected.sentences,
      ...missing(all.length, cases, naming),
      ...parts.unseenGil(input),
      ...parts.caveats(input),
    ],
    evidence: evidenceOf(best, cases, measure, naming).concat(parts.droppedEvidence(input)),
    cases: {
      measure: { what, unit, better },
      cases: cases.map(({ figure }) => figure),
      ...(laws.length > 0 && { laws }),
    },
  }
}

/** Where the demo expects nothing, only that no difference was shown can be said. */
function judgement(
  expected: Verdict['judgement'],
  cases: readonly MeasuredCase[],
  { asGood, worse }: Best,
): Verdict['judgement'] {
  if (expected !== 'open') return expected
  const isShown = worse.length > 0 || differences(cases).length > 0
  return asGood.length > 0 && fewest(cases) >= MIN_REPEATS && !isShown
    ? 'no difference shown'
    : 'open'
}

const fewest = (cases: readonly MeasuredCase[]): number =>
  Math.min(...cases.map(({ values }) => values.length))

const differences = (cases: readonly MeasuredCase[]): readonly MeasuredCase[] =>
  cases.filter(({ figure: { ratio } }) => ratio !== undefined && (ratio.low > 1 || ratio.high < 1))

function headline(
  { case: first, asGood, worse }: Best,
  cases: readonly MeasuredCase[],
  measure: DemoFigure,
  naming: Naming,
): Sentence {
  const value = parts.linked(first.middle, (figure) => formatMeasure(measure.unit, figure))
  const said = say`${leadWords(measure)}: ${naming(first)}, ${value}`
  if (cases.length === 1) return said
  if (fewest(cases) < MIN_REPEATS) return say`${said}; too few repeats to tell it from chance`
  if (asGood.length === 0) return said
  if (worse.length === 0)
    return say`No difference shown between ${plural(cases.length, 'case')}; ${leadWords(measure).toLowerCase()} was ${naming(first)}, ${value}`
  return say`${said}; no difference shown to ${listed(asGood.map(naming))}`
}

/** Each variant against the first one: in full where there is one point, else counted. */
function comparisons(
  { manifest }: Demo,
  cases: readonly MeasuredCase[],
  measure: DemoFigure,
  naming: Naming,
): Sentence[] {
  const format = (value: number) => formatMeasure(measure.unit, value)
  const referenceOf = ({ reference }: MeasuredCase) =>
    cases.find(({ label }) => label === reference?.label)
  const others = [
    ...new Set(cases.filter(({ reference }) => reference).map(({ variant }) => variant)),
  ]
  return others.flatMap((variant): Sentence[] => {
    const own = cases.filter((each) => each.variant === variant)
    const pairs = own.flatMap((each) => {
      const against = referenceOf(each)
      return against ? [{ each, against, ratio: each.figure.ratio }] : []
    })
    const [first] = pairs
    if (first === undefined) return []
    if (pairs.length === 1) {
      const { each, against, ratio } = first
      const compared = ratio ? `: ${ratioWords(measure, ratio)}` : ''
      return [
        say`${naming(each)}: ${parts.linked(each.middle, format)} against ${parts.linked(against.middle, format)} (${naming(against)})${compared}.`,
      ]
    }
    const shown = pairs.flatMap(({ each, against, ratio }) =>
      ratio ? [{ each, against, ratio, words: directionWords(measure, ratio) }] : [],
    )
    const [most] = shown.toSorted((one, other) => far(other.ratio) - far(one.ratio))
    if (most === undefined) return []
    const counts = [...new Set(shown.map(({ words }) => words))].map((words) => {
      const count = shown.filter((each) => each.words === words).length
      return `${words} at ${formatCount(count)}`
    })
    const who = quotedLabel(manifest, variant)
    const to = quotedLabel(manifest, first.against.variant)
    return [
      say`${who} against ${to}, of ${plural(shown.length, 'point')}: ${listed(counts)}. Furthest apart ${naming(most.each)}: ${parts.linked(most.each.middle, format)} against ${parts.linked(most.against.middle, format)}: ${ratioWords(measure, most.ratio)}.`,
    ]
  })
}

const far = ({ estimate }: { readonly estimate: number }): number => Math.abs(Math.log(estimate))

/** Of several variants in a sweep: where each of them is best. */
function bestOfEach(
  { manifest }: Demo,
  cases: readonly MeasuredCase[],
  measure: DemoFigure,
  naming: Naming,
): Sentence[] {
  const variants = [...new Set(cases.map(({ variant }) => variant))]
  if (variants.length < 2) return []
  return variants.flatMap((variant): Sentence[] => {
    const own = cases.filter((each) => each.variant === variant)
    const best = own.length > 1 ? bestOf(own, measure) : undefined
    if (best === undefined) return []
    const alike =
      best.asGood.length === 0 ? '' : `; no difference shown to ${listed(best.asGood.map(naming))}`
    return [
      say`${leadWords(measure)} for ${quotedLabel(manifest, variant)}: ${naming(best.case)}, ${parts.linked(best.case.middle, (value) => formatMeasure(measure.unit, value))}${alike}.`,
    ]
  })
}

/** What the figures are worth: how many repeats, how many comparisons. */
function worth(cases: readonly MeasuredCase[]): Sentence[] {
  const repeats = fewest(cases)
  if (repeats < MIN_REPEATS)
    return [
      `${repeats === 1 ? 'One repeat' : 'Two repeats'} of a case cannot tell a difference from noise; repeat it at least ${inWords(MIN_REPEATS)} times.`,
    ]
  const count = cases.filter(({ figure }) => figure.ratio).length
  // Where nothing is compared with a first one, the best of all is picked: see bestOf.
  const compared = count > 0 ? count : pairsOf(cases.length)
  if (compared < 1) return []
  if (canHold(repeats, compared))
    return compared < 2
      ? []
      : [
          `There are ${inWords(compared)} ${count > 0 ? 'comparisons' : 'pairs to compare'}: their intervals are widened so that all of them hold at once in 95\u00a0% of runs (Šidák, 1967).`,
        ]
  const chance = chanceApart(repeats, repeats)
  const times = capitalised(inWords(repeats))
  return [
    compared < 2
      ? `${times} repeats of each cannot be more certain: chance alone sets two cases wholly apart once in ${inWords(Math.round(1 / chance))}. More repeats make it firm.`
      : `${times} repeats of each are too few for ${inWords(compared)} ${count > 0 ? 'comparisons' : 'pairs'} to hold at once in 95\u00a0% of runs: chance alone sets two cases wholly apart once in ${inWords(Math.round(1 / chance))}, in about ${formatRatio(chance * compared)} of ${inWords(compared)}. More repeats make it firm.`,
  ]
}

/** Cases without the figure, and those that ran less often than the others. */
function missing(all: number, cases: readonly MeasuredCase[], naming: Naming): string[] {
  const most = Math.max(...cases.map(({ values }) => values.length))
  const less = cases.filter(({ values }) => values.length < most)
  return [
    ...(cases.length < all
      ? [`${plural(all - cases.length, 'case')} of ${formatCount(all)} did not show the figure.`]
      : []),
    ...(less.length > 0
      ? [`Measured less often than ${formatCount(most)} times: ${listed(less.map(naming))}.`]
      : []),
  ]
}

function evidenceOf(
  { case: first }: Best,
  cases: readonly MeasuredCase[],
  measure: DemoFigure,
  naming: Naming,
): Evidence[] {
  const compared = cases.filter(({ figure }) => figure.ratio).length
  const repeats = fewest(cases)
  return [
    { label: leadWords(measure), value: naming(first) },
    ...parts.evidenceOf(measure.what, first.middle, (value) => formatMeasure(measure.unit, value)),
    { label: 'Cases', value: formatCount(cases.length) },
    { label: 'Repeats', value: formatCount(repeats) },
    ...(compared > 0 ? [{ label: 'Comparisons', value: formatCount(compared) }] : []),
  ]
}
