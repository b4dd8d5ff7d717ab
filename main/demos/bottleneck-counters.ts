/** Bottlenecks at semaphores, at barriers and in pools. */
import { formatCount, formatShare, plural } from '../core/figures-format.ts'
import { median, sum } from '../core/statistics.ts'
import { figure, say } from '../run/sentence.ts'
import type { CounterFigures, LaneUse } from '../trace/figures.ts'
import { ResourceKind } from '../trace/model.ts'
import type { Bottleneck, Rule, SectionView } from './bottleneck-view.ts'
import { NOTABLE } from './bottleneck-waits.ts'
import { placeOf } from './verdict-parts.ts'

/** Who waits for half as long as the others, or for less, is the one they wait for. */
const SLOW = 0.5
/** Workers that work on tasks for less than half of the time wait for them. */
const WORKING = 0.5

const ofKind = ({ section }: SectionView, kind: ResourceKind): readonly CounterFigures[] =>
  section.counters.filter((counter) => counter.kind === kind)

export const semaphoreRule: Rule = (view) =>
  ofKind(view, ResourceKind.semaphore).flatMap((counter) => {
    const { track, name, capacity, maximum, waitedFor } = counter
    const lost = waitedFor / view.time
    // With one permit it is a mutex or a signal: that only one goes on is what it is for.
    if (lost < NOTABLE || capacity <= 1 || maximum < capacity) return []
    const place = placeOf(view.section, track)
    const waited = figure(formatShare(lost), counter.longestAt ?? place)
    const permits = formatCount(capacity)
    return [
      {
        ...{ kind: 'permits', words: `permits of ${name}`, lost, place },
        sentence: say`Threads waited ${waited} of their time for one of the ${permits} permits of ${name}: it lets no more than ${permits} go on at a time.`,
      },
    ]
  })

export const barrierRule: Rule = (view) =>
  ofKind(view, ResourceKind.barrier).flatMap((counter) => oneBarrier(view, counter))

function oneBarrier(
  { section, time }: SectionView,
  { track, name, users, used, capacity }: CounterFigures,
): readonly Bottleneck[] {
  // Passed once it is a starting line: who comes last there has only come up last.
  if (used <= Math.max(capacity, users.length)) return []
  const waits = users.toSorted((one, other) => one.waited - other.waited)
  const [slowest, ...others] = waits
  if (slowest === undefined || others.length === 0) return []
  const lost = sum(waits.map(({ waited }) => waited)) / time
  const usual = median(others.map(({ waited }) => waited)) ?? 0
  if (lost < NOTABLE || slowest.waited > SLOW * usual) return []
  const place = placeOf(section, slowest.track)
  const waited = figure(formatShare(usual / section.elapsed), placeOf(section, track))
  const own = figure(formatShare(slowest.waited / section.elapsed), place)
  return [
    {
      ...{ kind: 'party', words: slowest.name, lost, place },
      sentence: say`The others waited at barrier ${name} ${waited} of the time, ${slowest.name} ${own}: they wait for it, and it is the bottleneck.`,
    },
  ]
}

export const poolRule: Rule = (view) =>
  ofKind(view, ResourceKind.pool).flatMap((pool) => tailRule(view, pool))

function tailRule(view: SectionView, pool: CounterFigures): readonly Bottleneck[] {
  const { section } = view
  const workers = pool.users.filter(({ used }) => used > 0)
  if (workers.length < 2) return []
  const ends = workers
    .map((worker) => ({ worker, end: worker.last ?? section.to }))
    .toSorted((one, other) => other.end - one.end)
  const [last, ...others] = ends
  const usual = median(others.map(({ end }) => end))
  if (last === undefined || usual === undefined) return []
  const tail = (last.end - usual) / section.elapsed
  if (tail >= NOTABLE) {
    const place = { ...placeOf(section, last.worker.track), to: last.end }
    return [
      {
        ...{ kind: 'tail', words: 'the last task', lost: tail, place },
        sentence: say`${last.worker.name} worked on alone, or nearly, for the last ${figure(formatShare(tail), place)} of the time: the long tail of the work is the bottleneck, and smaller or better mixed tasks would shorten it.`,
      },
    ]
  }
  return handingOut(view, pool, workers)
}

function handingOut(
  { section }: SectionView,
  pool: CounterFigures,
  workers: readonly LaneUse[],
): readonly Bottleneck[] {
  const worked = sum(workers.map(({ held }) => held)) / (workers.length * section.elapsed)
  // Who waits for results: otherwise the program had no tasks to give.
  const waited = Math.max(0, ...pool.users.map((use) => use.waited)) / section.elapsed
  if (worked >= WORKING || waited < WORKING) return []
  const place = placeOf(section, pool.track)
  return [
    {
      ...{ kind: 'handing out', words: 'handing out tasks', lost: 1 - worked, place },
      sentence: say`${plural(workers.length, 'worker')} worked on tasks ${figure(formatShare(worked), place)} of the time while the results were waited for: handing the tasks out, and starting the workers, is the bottleneck.`,
    },
  ]
}
