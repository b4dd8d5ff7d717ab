import { formatDuration, formatRatio } from '../../core/figures-format.ts'
import { bootstrapRatio, compare, ratioOfMedians } from '../../core/statistics.ts'
import type { Sentence, Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { SectionFigures } from '../../trace/figures.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'
import { handOversIn, type HandOvers } from './hand-overs.ts'

const SIDES: Readonly<Record<string, string>> = {
  thread: 'a thread',
  queue: 'a thread through a queue',
  process: 'a process',
  spawn: 'a process that is spawned',
  fork: 'a process that is forked',
}
const BASELINES: Readonly<Record<string, string>> = {
  queue: 'thread',
  process: 'thread',
  spawn: 'thread',
  fork: 'spawn',
}
const sideOf = (variant: string): string => SIDES[variant] ?? variant

/** A queue of threads copies in Node, and hands over a reference in CPython. */
const isShared = (input: VerdictInput): boolean =>
  input.variant === 'thread' || (input.variant === 'queue' && parts.cpythonOf(input) !== undefined)

const tookOf = (section: SectionFigures) => handOversIn(section)?.took

export function judge(input: VerdictInput): Verdict {
  const sections = parts.sectionsOf(input, input.variant)
  const took = parts.typical(sections, tookOf)
  const first = sections.map(handOversIn).find((found) => found !== undefined)
  if (took === undefined || first === undefined)
    return parts.nothingMeasured(input, 'hand-over of the object')
  const written = parts.typical(sections, (section) => handOversIn(section)?.written)
  const seen = seenIn(sections)
  const side = sideOf(input.variant)
  const compared = comparisonOf(input, sections)
  return {
    judgement: seen === isShared(input) ? 'as expected' : 'not as expected',
    ...headed(
      say`Handed to ${side}, ${sizeOf(input)} took ${parts.linked(took, formatDuration)}${SEEN_WORDS[String(seen)] ?? ''}`,
    ),
    sentences: [
      ...placeSentence(input, first),
      say`From the hand-over to the answer it took ${parts.linked(took, formatDuration)} (median)${written === undefined ? '' : ', without the '}${written === undefined ? '' : parts.linked(written, formatDuration)}${written === undefined ? '' : ' that writing to it took'}.`,
      ...compared.sentences,
      ...(input.variant === 'fork'
        ? [
            'Nothing was pickled: the new process has the pages of the old one until one of the two writes to them, and then pays for the copy.',
          ]
        : []),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.evidenceOf('Handed over, median', took, formatDuration),
      ...parts.evidenceOf('Written to, median', written, formatDuration),
      { label: 'Change seen', value: seen === undefined ? 'now and then' : seen ? 'yes' : 'no' },
      ...(first.mine === '' ? [] : [{ label: 'Here', value: first.mine }]),
      ...(first.others === '' ? [] : [{ label: 'There', value: first.others }]),
      ...compared.evidence,
      ...parts.droppedEvidence(input),
    ],
    ...compared.ratio,
  }
}

const SEEN_WORDS: Readonly<Record<string, string>> = {
  true: ', and the change is seen: it is the same object',
  false: ', and the change is not seen: it has a copy',
}

function sizeOf({ parameters }: VerdictInput): string {
  const size = parameter(parameters, 'size')
  return size < 1_024 ? `${size}\u00a0KiB` : `${formatRatio(size / 1_024)}\u00a0MiB`
}

/** Each time the same, over all sections; else undefined. */
function seenIn(sections: readonly SectionFigures[]): boolean | undefined {
  const all = sections.map((section) => handOversIn(section)?.seen)
  return all.every((seen) => seen === all[0]) ? all[0] : undefined
}

function placeSentence(input: VerdictInput, { mine, others, seen }: HandOvers): string[] {
  if (mine === '' || others === '') return []
  if (!mine.startsWith('at '))
    return [
      mine === others
        ? `On each side it is ${mine}. Node tells no addresses.`
        : `Here it is ${mine}, there ${others}. Node tells no addresses.`,
    ]
  if (mine !== others) return [`Here it is ${mine}, there ${others}: another object.`]
  return seen === true
    ? [`Both have it ${mine}: the same object.`]
    : [
        `Both have it ${mine}, and it is not the same memory: the address is one of each process’s own${input.variant === 'fork' ? ', which the fork has copied' : ''}.`,
      ]
}

interface Compared {
  readonly sentences: readonly Sentence[]
  readonly evidence: readonly parts.Evidence[]
  readonly ratio: Pick<Verdict, 'ratio'>
}

/** Hand-overs of the variant and of its baseline; nothing where it was not run. */
function comparisonOf(input: VerdictInput, sections: readonly SectionFigures[]): Compared {
  const baseline = BASELINES[input.variant] ?? ''
  const baselines = parts.sectionsOf(input, baseline)
  const times = (of: readonly SectionFigures[]) =>
    of.map(tookOf).filter((time) => time !== undefined)
  const [own, others] = [times(sections), times(baselines)]
  const against = parts.typical(baselines, tookOf)
  const ratio = ratioOfMedians(own, others)
  if (against === undefined || ratio === undefined)
    return { sentences: [], evidence: [], ratio: {} }
  const interval = bootstrapRatio(own, others)
  const words =
    interval === undefined
      ? ''
      : `: ${compare(interval)} (95\u00a0% interval ${parts.formatInterval(interval)})`
  const [of, to] = [sideOf(input.variant), sideOf(baseline)]
  return {
    sentences: [
      say`Handed to ${to} it took ${parts.linked(against, formatDuration)}: ${formatRatio(ratio)}\u00a0× for ${of}${words}.`,
    ],
    evidence: parts.evidenceOf(`Handed to ${to}`, against, formatDuration),
    ratio:
      interval === undefined
        ? {}
        : { ratio: { ...interval, of: `Handed to ${of}`, to: `to ${to}`, what: 'Hand-over' } },
  }
}

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  const sections = parts.sectionsOf(input, input.variant)
  const seen = sections.length === 0 ? undefined : seenIn(sections)
  const took = parts.typical(sections, tookOf)
  if (question !== 'seen' || seen === undefined || took === undefined) return undefined
  const how = seen ? 'was seen' : 'was not seen'
  return {
    option: seen ? 'yes' : 'no',
    because: say`What ${sideOf(input.variant)} changed ${how} here; the hand-over took ${parts.linked(took, formatDuration)}.`,
  }
}
