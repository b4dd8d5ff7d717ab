/** The figures of a member's sections, by what they are about: one value a section. Pure. */
import type { CounterFigures, LaneFigures, LockFigures, QueueFigures } from '../../trace/figures.ts'
import { KIND_NAMES } from '../../trace/kind-names.ts'
import { LaneState, type ResourceKind } from '../../trace/model.ts'
import type { MeasuredSection } from '../../run/contract.ts'
import type { FigureRow, FigureUnit } from './tables.ts'

type Sections = readonly MeasuredSection[]

interface Figure<Item> {
  readonly figure: string
  readonly unit: FigureUnit
  readonly better?: 'less' | 'more'
  readonly of: (item: Item) => number
  /** What it is a share of; absent: of nothing. */
  readonly whole?: (item: Item) => number
  /** Of a section that has not used it: 0 of counts and sums; NaN, not known, of what was measured each time. */
  readonly unused?: number
}

export const elapsedRows = (sections: Sections): readonly FigureRow[] => [
  {
    ...{ subject: '', figure: 'Elapsed', unit: 'ns', better: 'less' },
    values: sections.map(({ elapsed }) => elapsed),
  },
  {
    ...{ subject: '', figure: 'Lanes running at once', unit: 'number' },
    values: sections.map(({ concurrency }) => concurrency),
  },
  {
    ...{ subject: '', figure: 'Processors others used', unit: 'number' },
    values: sections.map(({ others }) => others),
  },
]

/** What all lanes did together, which needs no matching. */
const ALL_LANES = 'All lanes'

const state = (of: number) => (lane: Lane) => lane.byState[of] ?? 0
/** As any state's number, to be told from an index. */
const NOT_ALIVE: number = LaneState.none
const alive = ({ byState }: Lane): number =>
  byState.reduce((sum, time, of) => (of === NOT_ALIVE ? sum : sum + time), 0)

type Lane = Pick<LaneFigures, 'byState' | 'waitedGil' | 'waitedLock'>

const ofLane = (
  figure: string,
  of: (lane: Lane) => number,
  better?: 'less' | 'more',
): Figure<Lane> => ({ figure, unit: 'ns', of, whole: alive, ...(better && { better }) })

const LANE_FIGURES: readonly Figure<Lane>[] = [
  ofLane('running', (lane) => state(LaneState.running)(lane) + state(LaneState.holding)(lane)),
  ofLane('waiting for the GIL', ({ waitedGil }) => waitedGil, 'less'),
  ofLane('waiting for locks', ({ waitedLock }) => waitedLock, 'less'),
  ofLane('blocked on queues', state(LaneState.queue), 'less'),
  ofLane('waiting for a processor', state(LaneState.processor), 'less'),
  ofLane('sleeping', state(LaneState.sleeping)),
  ofLane('idle', state(LaneState.idle)),
]

export const laneRows = (sections: Sections): readonly FigureRow[] => [
  ...rowsOf(
    sections.map(({ lanes }) => [together(lanes)]),
    () => ALL_LANES,
    LANE_FIGURES,
  ),
  ...rowsOf(
    sections.map(({ lanes }) => lanes),
    ({ name }) => name,
    LANE_FIGURES,
  ),
]

const together = (lanes: readonly LaneFigures[]): Lane => ({
  byState: Float64Array.from({ length: lanes[0]?.byState.length ?? 0 }, (_, of) =>
    lanes.reduce((sum, { byState }) => sum + (byState[of] ?? 0), 0),
  ),
  waitedGil: lanes.reduce((sum, { waitedGil }) => sum + waitedGil, 0),
  waitedLock: lanes.reduce((sum, { waitedLock }) => sum + waitedLock, 0),
})

export const lockRows = (sections: Sections): readonly FigureRow[] =>
  rowsOf<LockFigures>(
    sections.map(({ locks }) => locks),
    named,
    [
      { figure: 'acquired', unit: 'count', of: ({ acquired }) => acquired },
      {
        ...{ figure: 'contended', unit: 'count', better: 'less' },
        of: ({ contended }) => contended,
        whole: ({ acquired }) => acquired,
      },
      { figure: 'changed hands', unit: 'count', of: ({ switches }) => switches },
      { figure: 'held', unit: 'ns', of: ({ heldFor }) => heldFor },
      { figure: 'waited for', unit: 'ns', better: 'less', of: ({ waitedFor }) => waitedFor },
      { figure: 'longest wait', unit: 'ns', better: 'less', of: ({ longestWait }) => longestWait },
    ],
  )

export const queueRows = (sections: Sections): readonly FigureRow[] =>
  rowsOf<QueueFigures>(
    sections.map(({ queues }) => queues),
    named,
    [
      { figure: 'puts', unit: 'count', of: ({ puts }) => puts },
      { figure: 'gets', unit: 'count', of: ({ gets }) => gets },
      { figure: 'deepest', unit: 'count', of: ({ maximumDepth }) => maximumDepth },
      {
        ...{ figure: 'residence, median', unit: 'ns', better: 'less', unused: NaN },
        of: ({ gets, residenceMedian }) => (gets > 0 ? residenceMedian : NaN),
      },
      { figure: 'blocked in put', unit: 'ns', better: 'less', of: (queue) => queue.blockedInPut },
      { figure: 'blocked in get', unit: 'ns', better: 'less', of: (queue) => queue.blockedInGet },
    ],
  )

export const counterRows = (sections: Sections): readonly FigureRow[] =>
  rowsOf<CounterFigures>(
    sections.map(({ counters }) => counters),
    named,
    [
      { figure: 'used', unit: 'count', of: ({ used }) => used },
      {
        ...{ figure: 'contended', unit: 'count', better: 'less' },
        of: ({ contended }) => contended,
        whole: ({ used }) => used,
      },
      { figure: 'at most', unit: 'count', of: ({ maximum }) => maximum },
      { figure: 'waited for', unit: 'ns', better: 'less', of: ({ waitedFor }) => waitedFor },
      { figure: 'longest wait', unit: 'ns', better: 'less', of: ({ longestWait }) => longestWait },
    ],
  )

/** With its kind, unless the name has it: what is matched has the same of both. */
function named({ name, kind }: { readonly name: string; readonly kind: ResourceKind }): string {
  const called = KIND_NAMES[kind]
  return name.toLowerCase().startsWith(called.toLowerCase()) ? name : `${name} (${called})`
}

/** One row a subject and figure. Of several of one name in a section, the second is another subject. */
function rowsOf<Item>(
  bySection: readonly (readonly Item[])[],
  nameOf: (item: Item) => string,
  figures: readonly Figure<Item>[],
): readonly FigureRow[] {
  const sections = bySection.map((items) => {
    const counts = new Map<string, number>()
    return new Map(
      items.map((item) => {
        const name = nameOf(item)
        const nth = (counts.get(name) ?? 0) + 1
        counts.set(name, nth)
        return [nth === 1 ? name : `${name}, no. ${nth}`, item] as const
      }),
    )
  })
  const subjects = [...new Set(sections.flatMap((section) => [...section.keys()]))]
  return subjects.flatMap((subject) =>
    figures.map(({ figure, unit, better, of, whole, unused = 0 }) => ({
      ...{ subject, figure, unit },
      ...(better && { better }),
      values: sections.map((section) => valueOf(section.get(subject), of, unused)),
      ...(whole && {
        shares: sections.map((section) =>
          valueOf(section.get(subject), (item) => share(of(item), whole(item)), unused),
        ),
      }),
    })),
  )
}

const valueOf = <Item>(
  item: Item | undefined,
  of: (item: Item) => number,
  unused: number,
): number => (item === undefined ? unused : of(item))

const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0)
