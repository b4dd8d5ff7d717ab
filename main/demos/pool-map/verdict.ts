import {
  capitalised,
  formatCount,
  formatRatio,
  formatShare,
  inWords,
  plural,
} from '../../core/figures-format.ts'
import { sum } from '../../core/statistics.ts'
import type { Verdict } from '../../run/contract.ts'
import { figure, headed, say } from '../../run/sentence.ts'
import type { SectionFigures } from '../../trace/figures.ts'
import { LaneState } from '../../trace/model.ts'
import type { VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'

const BASELINES: Readonly<Record<string, string>> = { 'method-2': 'method-1' }
/** These print what map returned. */
const WITH_RESULTS: readonly string[] = ['results', 'guarded']
/** Two pools one after the other, or three. */
const MAPS: Readonly<Record<string, number>> = { note: 2, defined: 2, guarded: 3 }

export function judge(input: VerdictInput): Verdict {
  const baseline = BASELINES[input.variant]
  const timing = parts.timingOf(input, input.variant, baseline)
  if (timing === undefined) return parts.nothingMeasured(input)
  const sections = parts.sectionsOf(input, input.variant)
  const workers = parameter(input.parameters, 'workers')
  const calls = parameter(input.parameters, 'items') * (MAPS[input.variant] ?? 1)
  const order = orderOf(input, sections)
  const last = sections.at(-1)
  const busiest = last && busiestOf(last)
  const concurrency = parts.typical(sections, (section) => section.concurrency)
  const [of, to] = ['With “with”', 'close and join']
  return {
    judgement: judgement(order, timing, baseline !== undefined),
    ...headed(
      say`${capitalised(inWords(workers))} ${workers === 1 ? 'worker' : 'workers'} did ${plural(calls, 'call')} in ${parts.timeTaken(timing)}${order === 'in order' ? ', and the results came in the order of the list' : ''}`,
    ),
    sentences: [
      ...parts.timingSentences(timing, 'with “with”', to),
      ...(order === 'not in order'
        ? ['What map returned is not what the calls returned, in their order.']
        : []),
      ...(busiest === undefined || busiest.workers === 1
        ? []
        : [
            say`The busiest of ${plural(busiest.workers, 'worker process', 'worker processes')} ran ${figure(formatShare(busiest.share), last && parts.placeOf(last, busiest.track))} of the time that all of them ran; an equal share would be ${formatShare(1 / busiest.workers)}.`,
          ]),
      ...(concurrency === undefined
        ? []
        : [
            say`On average ${parts.linked(concurrency, formatRatio)} threads ran, or could have run, at once.`,
          ]),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.timingEvidence(timing, baseline === undefined ? 'Took' : of, capitalised(to)),
      { label: 'Calls', value: formatCount(calls) },
      ...parts.shareEvidence('Busiest worker', busiest?.share),
      ...(order === 'not printed' ? [] : [{ label: 'Results', value: order }]),
      ...parts.droppedEvidence(input),
    ],
    ...(baseline === undefined ? {} : parts.ratioOf(timing, of, to)),
  }
}

type Order = 'in order' | 'not in order' | 'not printed'

function orderOf({ variant }: VerdictInput, sections: readonly SectionFigures[]): Order {
  if (!WITH_RESULTS.includes(variant)) return 'not printed'
  const isInOrder = ({ output }: SectionFigures) =>
    output.some(({ text }) => text === 'in order: true')
  return sections.every(isInOrder) ? 'in order' : 'not in order'
}

/** How long a program takes is what is to be found out; that it does what it should is expected. */
function judgement(
  order: Order,
  { comparison }: parts.Timing,
  isCompared: boolean,
): Verdict['judgement'] {
  if (order === 'not in order') return 'not as expected'
  return isCompared && comparison === 'no difference shown' ? comparison : 'as expected'
}

interface Busiest {
  /** Of the time that all workers ran. */
  readonly share: number
  readonly workers: number
  /** A row of it. */
  readonly track: number
}

/** By processes: those called workers, or else all but the one that the pool was made in. */
export function busiestOf({ lanes }: SectionFigures): Busiest | undefined {
  const own = lanes.find(({ name }) => name === parts.MAIN_LANE)?.pid
  const named = lanes.filter(({ name }) => name.includes('Worker'))
  const ran = new Map<number, number>()
  for (const { pid, byState } of named.length > 0 ? named : lanes)
    if (pid !== own) {
      const time = (byState[LaneState.running] ?? 0) + (byState[LaneState.holding] ?? 0)
      ran.set(pid, (ran.get(pid) ?? 0) + time)
    }
  const all = sum([...ran.values()])
  const [[pid, most] = [0, 0]] = [...ran].toSorted(([, one], [, other]) => other - one)
  const track = lanes.find((lane) => lane.pid === pid)?.track ?? 0
  return all > 0 ? { share: most / all, workers: ran.size, track } : undefined
}
