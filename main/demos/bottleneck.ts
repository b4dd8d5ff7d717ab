/**
 * What limits a section, from what its lanes waited for. Each rule looks at one cause and says how
 * much of the lanes' time was lost to it; the greatest loss is named. A rule that cannot be sure is
 * silent: that nothing stands out is an answer, too.
 */
import { formatRatio, formatShare } from '../core/figures-format.ts'
import { median, sum } from '../core/statistics.ts'
import { figure, say } from '../run/sentence.ts'
import type { SectionFigures } from '../trace/figures.ts'
import { LaneState } from '../trace/model.ts'
import { barrierRule, poolRule, semaphoreRule } from './bottleneck-counters.ts'
import { sleptFor, viewOf, type Bottleneck, type Rule } from './bottleneck-view.ts'
import { gilRule, lockRule, NOTABLE, queueRule } from './bottleneck-waits.ts'
import { placeOf } from './verdict-parts.ts'

export type { Bottleneck, BottleneckKind } from './bottleneck-view.ts'

/** Half of the time: there is nothing else that would be worth as much. */
const MOSTLY = 0.5

const processorRule: Rule = ({ section, lanes, time, processors }) => {
  const place = placeOf(section)
  const queued = sum(lanes.map(({ byState }) => byState[LaneState.processor] ?? 0)) / time
  if (queued >= NOTABLE)
    return [
      {
        ...{ kind: 'processors', words: 'processors', lost: queued, place },
        sentence: say`Threads were ready to run, but waited for a processor ${figure(formatShare(queued), place)} of their time.`,
      },
    ]
  if (processors === undefined || processors <= 0) return []
  const { concurrency } = section
  const lost = 1 - processors / concurrency
  if (concurrency <= 1 || lost < NOTABLE) return []
  return [
    {
      ...{ kind: 'processors', words: 'processors', lost, place },
      sentence: say`On average ${figure(formatRatio(concurrency), place)} threads were ready to run, and used ${formatRatio(processors)} processors: there are too few, or others have them.`,
    },
  ]
}

const sleepRule: Rule = ({ section, lanes, time }) => {
  const lost = sum(lanes.map(sleptFor)) / time
  if (lost < MOSTLY) return []
  const place = placeOf(section)
  return [
    {
      ...{ kind: 'sleeping', words: 'sleeping and I/O', lost, place },
      sentence: say`Threads slept or did I/O ${figure(formatShare(lost), place)} of their time: more processors would not make it faster.`,
    },
  ]
}

/** What lanes do to each other; who is not held up by another is held up by the rest. */
const RULES: readonly Rule[] = [queueRule, lockRule, gilRule, semaphoreRule, barrierRule, poolRule]
const REST: readonly Rule[] = [processorRule, sleepRule]

/**
 * @param processors that the section truly used, where that was measured.
 * @returns undefined where nothing stands out
 */
export function bottleneckOf(section: SectionFigures, processors?: number): Bottleneck | undefined {
  const view = viewOf(section, processors)
  if (section.elapsed <= 0 || view.time <= 0) return undefined
  const worst = (rules: readonly Rule[]) =>
    rules.flatMap((rule) => rule(view)).toSorted((one, other) => other.lost - one.lost)[0]
  return worst(RULES) ?? worst(REST)
}

/**
 * Of several repeats: what limits at least half of them, as the one among these says it whose loss
 * is nearest to their median.
 */
export function commonBottleneck(
  sections: readonly SectionFigures[],
  processorsOf: (section: SectionFigures) => number | undefined = () => undefined,
): Bottleneck | undefined {
  const found = sections.flatMap((section) => bottleneckOf(section, processorsOf(section)) ?? [])
  const alike = found.map(({ words }) => found.filter((other) => other.words === words))
  const [common = []] = alike.toSorted((one, other) => other.length - one.length)
  if (common.length * 2 < sections.length) return undefined
  const middle = median(common.map(({ lost }) => lost)) ?? 0
  const distance = ({ lost }: Bottleneck) => Math.abs(lost - middle)
  return common.toSorted((one, other) => distance(one) - distance(other))[0]
}
