/** A verdict as text: its words, its figures, and what each case of the run measured. */
import { formatCount, formatRatio, formatShare } from '../core/figures-format.ts'
import { aloneOf, asShare } from '../core/scaling.ts'
import { formatMeasure } from '../demos/cases.ts'
import type { DemoManifest } from '../demos/manifest.ts'
import type { CaseTable, FittedLaw, Interval, Verdict } from '../run/contract.ts'
import { partsOfLabel } from '../run/section-label.ts'
import { sentenceText } from '../run/sentence.ts'
import { formatFacts, formatTable } from './table.ts'

/** @param manifest undefined: of a demo that is not known here. */
export function describeVerdict(verdict: Verdict, manifest: DemoManifest | undefined): string {
  const { headline, sentences, evidence, cases, answers = [] } = verdict
  return [
    `\n${headline}.\n`,
    ...sentences.map((sentence) => `${sentenceText(sentence)}\n`),
    ...(cases === undefined ? [] : [`\n${describeCases(cases, manifest)}`]),
    ...(evidence.length > 0 ? [`\n${formatFacts(evidence)}`] : []),
    ...(answers.length > 0 && manifest ? [`\n${describeAnswers(answers, manifest)}`] : []),
  ].join('')
}

function describeCases(
  { measure, cases, laws = [] }: CaseTable,
  manifest: DemoManifest | undefined,
): string {
  const variants = new Set(cases.map(({ label }) => partsOfLabel(label).variant))
  const rows = cases.map(({ label, median, interval, ratio, bottleneck }) => [
    caseName(label, variants.size > 1, manifest),
    formatMeasure(measure.unit, median),
    interval === undefined
      ? '–'
      : `${formatMeasure(measure.unit, interval.low)} to ${formatMeasure(measure.unit, interval.high)}`,
    ratio === undefined
      ? '–'
      : `${formatRatio(ratio.estimate)} (${formatRatio(ratio.low)} to ${formatRatio(ratio.high)})`,
    bottleneck,
  ])
  const header = [measure.what, 'median', '95 % interval', 'to the first', 'waited for']
  return [formatTable(header, rows), ...laws.map((law) => `${describeLaw(law, manifest)}\n`)].join(
    '',
  )
}

/** `N threads, one GIL; Threads 2`, as far as the cases differ. */
function caseName(label: string, withVariant: boolean, manifest: DemoManifest | undefined): string {
  const { variant, swept, engine } = partsOfLabel(label)
  const named = manifest?.variants.find(({ id }) => id === variant)?.label ?? variant
  const values = Object.entries(swept).map(([id, value]) => {
    const definition = manifest?.parameters.find((each) => each.id === id)
    const unit = definition?.unit === undefined ? '' : ` ${definition.unit}`
    return `${definition?.label ?? id} ${value}${unit}`
  })
  const parts = [
    ...(withVariant || values.length === 0 ? [named] : []),
    ...values,
    ...(engine === '' ? [] : [engine]),
  ]
  return parts.join('; ')
}

const LAW_NAMES = { Amdahl: 'Amdahl’s law', Gunther: 'The universal scalability law' } as const

/** A law in one line: what part of the work stands in line, and where the most is done. */
function describeLaw(
  { variant, law, contention, coherence, peak }: FittedLaw,
  manifest: DemoManifest | undefined,
): string {
  const named = manifest?.variants.find(({ id }) => id === variant)?.label ?? variant
  const share = asShare(contention)
  const facts = [
    aloneOf(contention) === 'falls'
      ? 'contention above 100\u00a0%: less is done a second with more lanes'
      : `contention ${formatShare(share.estimate)} (${range(share, formatShare)})`,
    ...(law === 'Gunther'
      ? [`coherence ${formatShare(coherence.estimate)} (${range(coherence, formatShare)})`]
      : []),
    peak === undefined
      ? 'no peak within reach'
      : `most is done with ${lanes(peak.estimate)} lanes (${range(peak, lanes)})`,
  ]
  return `${named}. ${LAW_NAMES[law]}: ${facts.join(', ')}.`
}

const range = ({ low, high }: Interval, format: (value: number) => string): string =>
  `${format(low)} to ${format(high)}`

const lanes = (count: number): string =>
  Number.isFinite(count) ? formatCount(Math.max(1, count)) : 'any number of'

function describeAnswers(
  answers: NonNullable<Verdict['answers']>,
  { questions = [] }: DemoManifest,
): string {
  return answers
    .map(({ question, option, because }) => {
      const asked = questions.find(({ id }) => id === question)
      const answer = asked?.options.find(({ id }) => id === option)?.label ?? option
      return `${asked?.text ?? question} ${answer}. ${sentenceText(because)}\n`
    })
    .join('')
}
