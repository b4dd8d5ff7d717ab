/** What cases show besides their figures: which is best, what limits them, what the demo expects. */
import { bootstrapRatio, eachOf, pairsOf } from '../core/statistics.ts'
import type { Sentence, Verdict } from '../run/contract.ts'
import { shownBy, type Case, type MeasuredCase, type Shown } from './cases.ts'
import { listed, type Naming } from './cases-words.ts'
import type { Demo, DemoFigure, VerdictInput } from './demo.ts'

export interface Best {
  readonly case: MeasuredCase
  /** Tested, and not shown to be worse than it. */
  readonly asGood: readonly MeasuredCase[]
  /** Nobody can say of these: too few repeats, or the best measured nothing. */
  readonly untested: readonly MeasuredCase[]
  /** Shown to be worse. */
  readonly worse: readonly MeasuredCase[]
}

/** By the medians; each of the others against it, with intervals wide enough for all pairs at once. */
export function bestOf(
  cases: readonly MeasuredCase[],
  { better }: Pick<DemoFigure, 'better'>,
): Best | undefined {
  const sorted = cases.toSorted((one, other) =>
    better === 'less'
      ? one.middle.value - other.middle.value
      : other.middle.value - one.middle.value,
  )
  const [first, ...others] = sorted
  if (first === undefined) return undefined
  const confidence = eachOf(pairsOf(cases.length))
  const tested = others.map((other) => {
    const ratio = bootstrapRatio(other.values, first.values, { confidence })
    return { other, shown: ratio && shownBy(ratio, better) }
  })
  const those = (passes: (shown: Shown | undefined) => boolean) =>
    tested.filter(({ shown }) => passes(shown)).map(({ other }) => other)
  return {
    case: first,
    asGood: those((shown) => shown !== undefined && shown !== 'worse'),
    untested: those((shown) => shown === undefined),
    worse: those((shown) => shown === 'worse'),
  }
}

/** What limits which cases, and where it does so most, its figures. */
export function bottleneckSentences(cases: readonly MeasuredCase[], naming: Naming): Sentence[] {
  const limited = cases.flatMap((each) =>
    each.bottleneck ? [{ case: each, bottleneck: each.bottleneck }] : [],
  )
  const [worst] = limited.toSorted((one, other) => other.bottleneck.lost - one.bottleneck.lost)
  if (worst === undefined) return []
  const kinds = [...new Set(limited.map(({ bottleneck }) => bottleneck.words))]
  const whole = kinds.length === 1 && limited.length === cases.length
  const told = kinds.map((words) => {
    const names = limited.filter(({ bottleneck }) => bottleneck.words === words)
    return `${words} (${listed(names.map((each) => naming(each.case)))})`
  })
  const rest = limited.length < cases.length ? '; elsewhere nothing stands out' : ''
  const { sentence } = worst.bottleneck
  const parts = typeof sentence === 'string' ? [sentence] : sentence
  return [
    whole
      ? `Everywhere it is ${kinds[0] ?? ''} that limits it most.`
      : `What limits: ${told.join(', ')}${rest}.`,
    [`Most of all ${naming(worst.case)}: `, ...parts],
  ]
}

/** What the demo itself says of each variant at each point, all against the same baseline. */
export function expectation(
  demo: Demo,
  input: VerdictInput,
  cases: readonly Case[],
  naming: Naming,
): { readonly judgement: Verdict['judgement']; readonly sentences: readonly string[] } {
  const judged = cases.map((each) => {
    const point = cases.filter(({ swept }) => isSame(swept, each.swept))
    const sections = point.flatMap(({ variant, sections: own }) =>
      own.map((section) => ({ ...section, variant })),
    )
    const verdict = demo.judge({
      cutShort: input.cutShort,
      ...(input.engines && { engines: input.engines }),
      variant: each.variant,
      parameters: each.parameters,
      sections,
    })
    return { case: each, verdict }
  })
  const said = (judgement: Verdict['judgement']) =>
    judged.filter(({ verdict }) => verdict.judgement === judgement)
  const [not, as] = [said('not as expected'), said('as expected')]
  const [first] = not
  if (first === undefined)
    return {
      judgement:
        as.length > 0
          ? 'as expected'
          : said('no difference shown').length > 0
            ? 'no difference shown'
            : 'open',
      sentences: [],
    }
  const names = listed(not.map((each) => naming(each.case)))
  return {
    judgement: as.length > 0 ? 'open' : 'not as expected',
    sentences: [
      `Not as the demo expects it: ${names}. ${not.length === 1 ? 'There' : `Of ${naming(first.case)}`}: ${first.verdict.headline}.`,
    ],
  }
}

const isSame = (one: Case['swept'], other: Case['swept']): boolean =>
  Object.entries(one).every(([id, value]) => other[id] === value)
