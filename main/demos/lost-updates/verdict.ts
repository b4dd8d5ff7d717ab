import { formatCount, formatRatio, formatShare } from '../../core/figures-format.ts'
import type { Sentence, Verdict } from '../../run/contract.ts'
import { figure, headed, say } from '../../run/sentence.ts'
import type { SectionFigures } from '../../trace/figures.ts'
import type { EngineFacts, MeasuredAnswer, VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'
import { lostIn } from './lost.ts'

const LOCK = 'lock'
const NAMES: Readonly<Record<string, string>> = {
  'no-lock': 'Without a lock',
  lock: 'With a lock',
  gil: 'Under the GIL',
  split: 'In two steps',
  atomic: 'With an atomic add',
}
/** Fewer than this share: `few`. */
const FEW = 0.01

/** In CPython, whether += within a loop can be interrupted is decided by version and build. */
const isWhole = ({ gil, version }: EngineFacts): boolean =>
  gil && Number(/^3\.(\d+)/.exec(version)?.[1] ?? 0) >= 10

/** `must`: with several threads it may not be otherwise; `is built so`: no language promises it. */
type Expected = 'none, must' | 'none, is built so' | 'some'

function expectedOf(input: VerdictInput): Expected {
  const { variant } = input
  if (variant === LOCK || variant === 'atomic' || parameter(input.parameters, 'threads') === 1)
    return 'none, must'
  const engine = parts.cpythonOf(input)
  if (engine === undefined) return variant === 'gil' ? 'none, is built so' : 'some'
  return variant === 'no-lock' && isWhole(engine) ? 'none, is built so' : 'some'
}

const shareOf = (section: SectionFigures) => lostIn(section)?.share

export function judge(input: VerdictInput): Verdict {
  const { variant } = input
  const timing = parts.timingOf(input, variant, variant === LOCK ? undefined : LOCK)
  if (timing === undefined) return parts.nothingMeasured(input)
  const sections = parts.sectionsOf(input, variant)
  const lost = parts.typical(sections, shareOf)
  if (lost === undefined) return parts.nothingMeasured(input, 'count')

  const expected = expectedOf(input)
  const worst = Math.max(...sections.map((section) => shareOf(section) ?? 0))
  const name = NAMES[variant] ?? variant
  const [wrong] = sections.filter((section) => shareOf(section) === worst)
  const shown = wrong && lostIn(wrong)
  const [of, to] = [name, 'with a lock']
  return {
    judgement: judgement(expected, worst),
    ...headed(headline(name, lost, worst, shown?.made ?? 0)),
    sentences: [
      ...(wrong === undefined || shown === undefined || worst === 0
        ? []
        : [
            say`${sections.length > 1 ? 'In the worst repeat, of' : 'Of'} ${formatCount(shown.made)} increments the counter shows ${figure(formatCount(shown.counted), parts.placeOf(wrong))}.`,
          ]),
      ...witness(sections),
      ...explanation(input, expected, worst),
      ...parts.timingSentences(timing, name.charAt(0).toLowerCase() + name.slice(1), to),
      ...costSentence(name, timing),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.evidenceOf('Lost, median', lost, formatShare),
      {
        ...{ label: 'Lost, most', value: formatShare(worst) },
        ...(wrong && { place: parts.placeOf(wrong) }),
      },
      ...parts.timingEvidence(timing, of, 'With a lock'),
      ...parts.droppedEvidence(input),
    ],
    ...parts.ratioOf(timing, of, to),
  }
}

/** A race that does not show is no proof that there is none. */
function judgement(expected: Expected, worst: number): Verdict['judgement'] {
  if (expected === 'some') return worst > 0 ? 'as expected' : 'no difference shown'
  return worst === 0 ? 'as expected' : 'not as expected'
}

function headline(name: string, lost: parts.Typical, worst: number, made: number): Sentence {
  if (worst === 0) return `${name}, all ${formatCount(made)} increments were counted`
  if (lost.value === 0) return `${name}, increments were lost in some of the repeats`
  return say`${name}, ${parts.linked(lost, formatLost)} of ${formatCount(made)} increments were lost`
}

/** A share too small to be a percentage is a share all the same. */
const formatLost = (share: number): string =>
  share < 0.001 ? 'fewer than one in a thousand' : formatShare(share)

const WITNESS = /^read (\d+), writes (\d+), though the counter is now (\d+)$/

/** The first hand-over between a read and its write that a thread printed. */
function witness(sections: readonly SectionFigures[]): Sentence[] {
  for (const section of sections)
    for (const { text } of section.output) {
      const [, read, writes, others] = WITNESS.exec(text) ?? []
      // Without a GIL the write of another may have been a step back as well.
      if (read === undefined || Number(others) <= Number(writes)) continue
      const place = parts.placeOf(section)
      return [
        say`One of them: a thread read ${figure(formatCount(Number(read)), place)}, others had brought the counter to ${formatCount(Number(others))}, and it wrote ${formatCount(Number(writes))}: what they had done meanwhile was gone.`,
      ]
    }
  return []
}

function explanation(input: VerdictInput, expected: Expected, worst: number): string[] {
  const { variant } = input
  const engine = parts.cpythonOf(input)
  if (parameter(input.parameters, 'threads') === 1)
    return ['One thread alone has nobody who could come between its read and its write.']
  if (expected === 'some' && worst === 0)
    return [
      ...(variant === 'no-lock' && engine !== undefined ? [versionSentence(engine, worst)] : []),
      'None were lost this time. Nothing prevents it: with more threads, more increments or more processors it may happen.',
    ]
  if (expected === 'none, must')
    return worst > 0 ? ['That must not happen: something is wrong with the primitive.'] : []
  if (variant === 'no-lock' && engine !== undefined) return [versionSentence(engine, worst)]
  if (variant === 'gil')
    return [
      'One thread at a time is not enough by itself: it is enough here because the GIL never changes hands between a read and its write.',
    ]
  return variant === 'split' && engine?.gil !== false
    ? [
        'The GIL keeps the interpreter’s own data sound; it does not keep two steps of a program together.',
      ]
    : []
}

function versionSentence(engine: EngineFacts, worst: number): string {
  const { gil, label } = engine
  if (!gil)
    return `${label} runs without a GIL: threads truly run at once, and between a read and its write there is room for another.`
  if (!isWhole(engine))
    return `${label}, as every version up to 3.9, may hand over the GIL after almost any instruction: also within +=.`
  return worst > 0
    ? `${label} looks only where a loop goes back and around calls whether another thread wants the GIL: no increment should have been lost here.`
    : `${label} looks only where a loop goes back and around calls whether another thread wants the GIL (since 3.10), so += was never cut in two. No rule of the language says so: a call between the read and the write, and increments are lost.`
}

function costSentence(name: string, { baseline, comparison }: parts.Timing): string[] {
  return baseline === undefined || comparison !== 'faster'
    ? []
    : [`${name} it took ${formatRatio(baseline.ratio)}\u00a0× the time.`]
}

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  const sections = parts.sectionsOf(input, input.variant)
  // The worst: what was lost once is lost.
  const [worst] = sections
    .flatMap((section) => {
      const lost = lostIn(section)
      return lost === undefined ? [] : [{ ...lost, section }]
    })
    .toSorted((one, other) => other.share - one.share)
  if (worst === undefined) return undefined
  const { share, counted, made, section } = worst
  const because = say`${sections.length > 1 ? 'In the worst repeat, ' : ''}${figure(formatCount(counted), parts.placeOf(section))} of ${formatCount(made)} were counted: ${share === 0 ? 'none' : formatLost(share)} lost.`
  if (question === 'right') return { option: share === 0 ? 'yes' : 'no', because }
  if (question !== 'lost') return undefined
  return { option: share === 0 ? 'none' : share < FEW ? 'few' : 'many', because }
}
