/** What every verdict says besides the demo's own words, whatever the demo. */
import { formatRatio } from '../core/figures-format.ts'
import { chanceApart, CONFIDENCE, MIN_REPEATS } from '../core/statistics.ts'
import type { Evidence, QuestionAnswer, Sentence, Verdict } from '../run/contract.ts'
import { partsOfLabel } from '../run/section-label.ts'
import { say, sentenceText } from '../run/sentence.ts'
import type { SectionFigures } from '../trace/figures.ts'
import { deadlockWords } from '../trace/deadlock-words.ts'
import { commonBottleneck, type BottleneckKind } from './bottleneck.ts'
import type { Demo, VerdictInput } from './demo.ts'
import * as parts from './verdict-parts.ts'

/**
 * The verdict with the machine's load, the processors used, the bottleneck, a deadlock and the
 * answers to the demo's questions. What the verdict says already is not said again.
 */
export function completed(demo: Demo, input: VerdictInput, verdict: Verdict): Verdict {
  const own = input.sections.filter(
    ({ variant }) => partsOfLabel(variant).variant === input.variant,
  )
  const answers = answersOf(demo, input)
  return sayDeadlock(input, {
    ...verdict,
    sentences: [
      ...verdict.sentences,
      ...chanceSentence(input, verdict),
      ...bottleneckSentence(input, own, verdict),
      ...loadSentences(input, own),
    ],
    evidence: [...verdict.evidence, ...machineEvidence(input, own, verdict)],
    ...(answers.length > 0 && { answers }),
  })
}

/** No interval of so few repeats keeps what its 95 % promise; verdicts of times say so themselves. */
function chanceSentence({ sections }: VerdictInput, verdict: Verdict): Sentence[] {
  const said = [verdict.headline, ...verdict.sentences.map(sentenceText)].join('\n')
  const isShown = /\b(slower|faster|more|less) \(95\u00a0% interval/.test(said)
  const labels = [...new Set(sections.map(({ variant }) => variant))]
  const counts = labels.map((label) => sections.filter(({ variant }) => variant === label).length)
  const [fewest = 0, next = 0] = counts.toSorted((one, other) => one - other)
  if (verdict.cases || !isShown || said.includes('chance alone') || fewest < MIN_REPEATS) return []
  const chance = chanceApart(fewest, next)
  return chance > 1 - CONFIDENCE ? [parts.chanceWords(fewest, next)] : []
}

/** Who has stopped a run that stood still wants to know why it did: before anything else. */
function sayDeadlock({ deadlock }: VerdictInput, verdict: Verdict): Verdict {
  if (deadlock === undefined) return verdict
  const said = verdict.headline + verdict.sentences.map(sentenceText).join(' ')
  const { headline, details } = deadlockWords(deadlock)
  const isNamed =
    /deadlock/i.test(said) && deadlock.members.every(({ name }) => said.includes(name))
  if (isNamed) return verdict
  const place = {
    from: deadlock.since,
    to: deadlock.since,
    ...(deadlock.members[0] && { track: deadlock.members[0].track }),
  }
  return {
    ...verdict,
    judgement: 'not as expected',
    sentences: [[{ text: headline, place }], ...details, ...verdict.sentences],
  }
}

/** Words with which a verdict has already said it. */
const SAID: Readonly<Record<BottleneckKind, RegExp>> = {
  sender: /bottleneck/,
  receiver: /bottleneck/,
  lock: /bottleneck|waiting for (it|the lock)|had to wait/,
  'hand-over': /bottleneck|had to wait/,
  GIL: /bottleneck|waited for the GIL/,
  permits: /bottleneck|permit/,
  party: /bottleneck|slowest/,
  tail: /bottleneck|long tail/,
  'handing out': /bottleneck/,
  processors: /bottleneck|waited for a processor|processors, all|used .* processors/,
  sleeping: /bottleneck|slept|sleep/,
}

/** Of a run of one variant, with its baseline or without; others say it in their own words. */
function bottleneckSentence(
  input: VerdictInput,
  own: readonly SectionFigures[],
  verdict: Verdict,
): Sentence[] {
  if (verdict.cases || verdict.judgement === 'open' || own.length === 0) return []
  if (own.some(({ variant }) => variant !== input.variant)) return []
  const found = commonBottleneck(own, (section) => parts.processorsOf(input, section))
  if (found === undefined) return []
  const said = [verdict.headline, ...verdict.sentences.map(sentenceText)].join('\n')
  return SAID[found.kind].test(said) ? [] : [found.sentence]
}

/** Less than this of a processor is what a machine does when nobody uses it. */
const LOADED = 0.25
/** …and less than this share of all that was used makes no difference that repeats do not show. */
const SHARE = 0.1

const othersOf = (sections: readonly SectionFigures[]): parts.Typical | undefined =>
  parts.typical(sections, ({ others }) => others)

const isNotable = (others: number, own: number | undefined): boolean =>
  others >= LOADED && (own === undefined || others >= SHARE * (others + own))

function loadSentences(input: VerdictInput, own: readonly SectionFigures[]): Sentence[] {
  const others = othersOf(input.sections)
  const used = parts.typical(own, (section) => parts.processorsOf(input, section))
  if (others === undefined || !isNotable(others.value, used?.value)) return []
  return [
    say`Other programs used ${parts.linked(others, formatRatio)} processors meanwhile (median): times are longer for it, and differ more from one repeat to the next.`,
    ...unevenSentence(input),
  ]
}

/** Repeats alternate, so that load is alike for all; where it was not, comparing them is unfair. */
const UNEVEN = 0.5

function unevenSentence({ sections }: VerdictInput): Sentence[] {
  const labels = [...new Set(sections.map(({ variant }) => variant))]
  const loads = labels.flatMap((label) => {
    const load = othersOf(sections.filter(({ variant }) => variant === label))
    return load ? [load] : []
  })
  const sorted = loads.toSorted((one, other) => one.value - other.value)
  const [least, most] = [sorted.at(0), sorted.at(-1)]
  if (labels.length !== 2 || least === undefined || most === undefined) return []
  return most.value - least.value < UNEVEN
    ? []
    : [
        say`It was not the same for both: ${parts.linked(most, formatRatio)} against ${parts.linked(least, formatRatio)}. Run it again when the machine has less to do.`,
      ]
}

function machineEvidence(
  input: VerdictInput,
  own: readonly SectionFigures[],
  verdict: Verdict,
): Evidence[] {
  const isShown = verdict.evidence.some(({ label }) => /processors used/i.test(label))
  const used = parts.typical(own, (section) => parts.processorsOf(input, section))
  return [
    ...(isShown ? [] : parts.evidenceOf('Processors used', used, formatRatio)),
    ...parts.evidenceOf('Used by other programs', othersOf(input.sections), formatRatio),
  ]
}

/** Those asked before this variant that the run can answer. */
function answersOf(demo: Demo, input: VerdictInput): readonly QuestionAnswer[] {
  return (demo.manifest.questions ?? [])
    .filter(({ variants }) => variants?.includes(input.variant) ?? true)
    .flatMap(({ id, options }) => {
      const answer = demo.answer?.(id, input)
      return answer !== undefined && options.some((option) => option.id === answer.option)
        ? [{ question: id, ...answer }]
        : []
    })
}
