/** A script of the user's own: where its time went, who waited for whom, and how it ended. */
import { formatCount, formatDuration, formatRatio } from '../../core/figures-format.ts'
import type { Sentence, Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { LaneFigures } from '../../trace/figures.ts'
import { LaneEnd } from '../../trace/model.ts'
import type { EngineFacts, VerdictInput } from '../demo.ts'
import * as parts from '../verdict-parts.ts'
import { gilSentences, laneSentences, longestWait, queueSentences, type Lane } from './findings.ts'

export function judge(input: VerdictInput): Verdict {
  const [engine] = input.engines ?? []
  const section = measured(input)
  const lanes: readonly Lane[] = section?.lanes ?? input.tables?.lanes ?? []
  if (lanes.length === 0) return parts.nothingMeasured(input, 'thread of the script')

  const longest = input.tables && longestWait(input.tables)
  const processors = section && parts.processorsOf(input, section)
  const concurrency = section?.concurrency ?? input.tables?.concurrency.mean
  const processes = new Set(lanes.map(({ pid }) => pid)).size
  return {
    judgement: judgement(input, engine),
    ...headed(headline(input, engine)),
    sentences: [
      ...thrown(section?.lanes ?? []),
      ...laneSentences(lanes),
      ...atOnce(concurrency, processors, lanes.length),
      ...gilSentences(lanes, section),
      ...parts.unseenGil(input),
      ...(longest === undefined ? [] : [longest.sentence]),
      ...queueSentences(section),
      ...parts.caveats(input),
    ],
    evidence: [
      ...(section === undefined
        ? []
        : [parts.timeEvidence('Took', { elapsed: section.elapsed, section })]),
      ...(engine?.exit === undefined ? [] : [parts.exitEvidence(engine.exit)]),
      { label: 'Threads', value: formatCount(lanes.length) },
      { label: 'Processes', value: formatCount(processes) },
      ...(processors === undefined
        ? []
        : [{ label: 'Processors used', value: formatRatio(processors) }]),
      ...(longest === undefined
        ? []
        : [{ label: 'Longest wait for a lock', value: formatDuration(longest.duration) }]),
      ...parts.droppedEvidence(input),
    ],
  }
}

/** One whose marks came too late to be told apart says nothing: the tables do. */
const measured = ({ sections }: VerdictInput) => sections.findLast(({ elapsed }) => elapsed > 0)

/** Of a script one expects that it ends by itself, and says that all went well. */
function judgement(
  { cutShort }: VerdictInput,
  engine: EngineFacts | undefined,
): Verdict['judgement'] {
  if (cutShort || engine?.exit === undefined) return 'open'
  return engine.exit.code === 0 ? 'as expected' : 'not as expected'
}

function headline(input: VerdictInput, engine: EngineFacts | undefined): Sentence {
  const { cutShort } = input
  const section = measured(input)
  const on = engine === undefined ? '' : ` on ${engine.label}`
  const took = section ? say` after ${parts.timeTaken({ elapsed: section.elapsed, section })}` : ''
  if (engine?.exit !== undefined && !(cutShort && section === undefined))
    return say`The script ended${took}${on} ${parts.exitWords(engine.exit)}`
  return cutShort
    ? `The script was stopped${on} before it had ended`
    : say`The script ended${took}${on}`
}

/** A thread's exception does not end the program, and is easily overlooked. */
const thrown = (lanes: readonly LaneFigures[]): string[] =>
  lanes
    .filter(({ name, ended }) => ended === LaneEnd.threw && name !== parts.MAIN_LANE)
    .map(({ name }) => `${name} ended with an exception: the output says which.`)

function atOnce(
  concurrency: number | undefined,
  processors: number | undefined,
  lanes: number,
): string[] {
  if (concurrency === undefined || lanes < 2) return []
  const used =
    processors === undefined ? '' : `; its processes used ${formatRatio(processors)} processors`
  return [
    `On average ${formatRatio(concurrency)} of ${formatCount(lanes)} threads ran, or could have run, at once${used}.`,
  ]
}
