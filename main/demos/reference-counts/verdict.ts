import { formatCount, formatDuration, formatRatio } from '../../core/figures-format.ts'
import { bootstrapRatio, compare, ratioOfMedians } from '../../core/statistics.ts'
import type { Sentence, Verdict } from '../../run/contract.ts'
import { figure, say } from '../../run/sentence.ts'
import type { SectionFigures } from '../../trace/figures.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'
import { countsIn, isWrong, type Counts } from './counts.ts'

interface Words {
  readonly name: string
  readonly baseline: string
}
const WORDS: Readonly<Record<string, Words>> = {
  plain: { name: 'Unprotected', baseline: 'atomic' },
  gil: { name: 'Under the GIL', baseline: 'atomic' },
  lock: { name: 'With a lock', baseline: 'atomic' },
  atomic: { name: 'With atomic instructions', baseline: '' },
  shared: { name: 'One object shared', baseline: 'own' },
  own: { name: 'One object each', baseline: '' },
}
const wordsOf = (variant: string): Words => WORDS[variant] ?? { name: variant, baseline: '' }

const eachOf = (section: SectionFigures) => countsIn(section)?.each

export function judge(input: VerdictInput): Verdict {
  const { variant } = input
  const sections = parts.sectionsOf(input, variant)
  const each = parts.typical(sections, eachOf)
  const counts = sections.flatMap((section) => countsIn(section) ?? [])
  const wrong = sections.find((section) => isWrongIn(section))
  const [first] = counts
  if (each === undefined || first === undefined)
    return parts.nothingMeasured(input, 'count of references')
  const shown = (wrong && countsIn(wrong)) ?? first
  const { name } = wordsOf(variant)
  const compared = comparisonOf(input, sections)
  const mayBeWrong = variant === 'plain' && parameter(input.parameters, 'threads') > 1
  return {
    judgement: judgement(mayBeWrong, wrong !== undefined),
    headline: wrong
      ? `${name}, the count of references went wrong`
      : `${name}, the count of references was right`,
    sentences: [
      ...countSentences(shown, parts.placeOf(wrong ?? each.section)),
      ...(mayBeWrong && wrong === undefined
        ? [
            'It went well this time, and nothing makes sure of that: with more references or more threads it may go wrong.',
          ]
        : []),
      say`One reference, taken and dropped, took ${parts.linked(each, formatDuration)} (median; time of the run by all references of all threads).`,
      ...compared.sentences,
      ...nature(input, shown),
      ...parts.caveats(input),
    ],
    evidence: [
      { label: 'Counted at the end', value: formatCount(shown.counted) },
      { label: 'References held', value: formatCount(shown.expected) },
      shown.kind === 'model'
        ? { label: 'Too few, at the time', value: formatCount(shown.tooFew) }
        : { label: 'At most, as seen', value: formatCount(shown.atMost) },
      ...parts.evidenceOf('One reference', each, formatDuration),
      ...compared.evidence,
      ...parts.droppedEvidence(input),
    ],
    ...compared.ratio,
  }
}

function isWrongIn(section: SectionFigures): boolean {
  const counts = countsIn(section)
  return counts !== undefined && isWrong(counts)
}

/** A race that does not show is no proof that there is none. */
function judgement(mayBeWrong: boolean, isWrongHere: boolean): Verdict['judgement'] {
  if (mayBeWrong) return isWrongHere ? 'as expected' : 'no difference shown'
  return isWrongHere ? 'not as expected' : 'as expected'
}

function countSentences(
  { kind, counted, expected, tooFew, atMost }: Counts,
  place: ReturnType<typeof parts.placeOf>,
): Sentence[] {
  const end = figure(formatCount(counted), place)
  if (kind === 'real')
    return [
      say`sys.getrefcount said ${formatCount(expected)} before and ${end} after; the most that was seen meanwhile is ${formatCount(atMost)}.`,
    ]
  const early =
    tooFew > 0
      ? [
          `${formatCount(tooFew)} times it said that nobody had the object, which main had all the time: it would have been freed too early.`,
        ]
      : []
  if (counted > expected)
    return [
      ...early,
      say`At the end it says ${end} where ${formatCount(expected)} is held: the object would never be freed.`,
    ]
  if (counted < expected)
    return [
      ...early,
      say`At the end it says ${end} where ${formatCount(expected)} is held: the object would be freed while main has it.`,
    ]
  return [...early, say`At the end it says ${end}, as it should.`]
}

interface Compared {
  readonly sentences: readonly Sentence[]
  readonly evidence: readonly parts.Evidence[]
  readonly ratio: Pick<Verdict, 'ratio'>
}

/** What a reference costs, against the baseline; nothing where that was not run. */
function comparisonOf(input: VerdictInput, sections: readonly SectionFigures[]): Compared {
  const { name, baseline } = wordsOf(input.variant)
  const baselines = parts.sectionsOf(input, baseline)
  const values = (of: readonly SectionFigures[]) => of.flatMap((section) => eachOf(section) ?? [])
  const [own, others] = [values(sections), values(baselines)]
  const against = parts.typical(baselines, eachOf)
  const ratio = ratioOfMedians(own, others)
  if (against === undefined || ratio === undefined)
    return { sentences: [], evidence: [], ratio: {} }
  const interval = bootstrapRatio(own, others)
  const to = wordsOf(baseline).name
  const words =
    interval === undefined
      ? ''
      : `: ${compare(interval)} (95\u00a0% interval ${parts.formatInterval(interval)})`
  return {
    sentences: [
      say`${to}, it took ${parts.linked(against, formatDuration)}. ${name}, it takes ${formatRatio(ratio)}\u00a0× that${words}.`,
    ],
    evidence: parts.evidenceOf(to, against, formatDuration),
    ratio:
      interval === undefined
        ? {}
        : { ratio: { ...interval, of: name, to, what: 'Time of one reference' } },
  }
}

/** What is the real thing, and what is a model of it. */
function nature(input: VerdictInput, { kind }: Counts): string[] {
  if (kind === 'model')
    return [
      'This is a model: a number in shared memory that threads count up and down, as CPython does with the number in every object. Node itself counts no references.',
    ]
  const engine = parts.cpythonOf(input)
  if (engine === undefined) return []
  return engine.gil
    ? [
        'These are the real counts. CPython counts with plain additions: that no thread comes between is the GIL’s work.',
      ]
    : [
        'These are the real counts. Without a GIL, the thread that made an object counts plainly, the others by atomic instructions: references to a shared object cost more (Sam Gross, PEP 703).',
      ]
}

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  const sections = parts.sectionsOf(input, input.variant)
  const found = sections.flatMap((section) => {
    const counts = countsIn(section)
    return counts === undefined ? [] : [{ section, counts }]
  })
  const wrong = found.find(({ counts }) => isWrong(counts))
  const shown = wrong ?? found[0]
  if (question !== 'right' || shown === undefined) return undefined
  const { counted, expected } = shown.counts
  const said = figure(formatCount(counted), parts.placeOf(shown.section))
  return {
    option: wrong === undefined ? 'yes' : 'no',
    because: say`It said ${said} where ${formatCount(expected)} ${expected === 1 ? 'was' : 'were'} held.`,
  }
}
