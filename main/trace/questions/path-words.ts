/** A critical path in words and figures. */
import { formatDuration, formatShare, plural } from '../../core/figures-format.ts'
import type { Lane } from '../lane.ts'
import type { Resource } from '../resource.ts'
import type { Path } from './critical-path.ts'
import type { Fact } from './facts.ts'

/** Of lanes and of resources. */
const MOST_NAMED = 8

export function factsOf({ segments, running, held }: Path): Fact[] {
  const times = new Map<Lane, number>()
  const changes = new Map<Resource, number>()
  let length = 0
  for (const { lane, start, end, resource } of segments) {
    length += end - start
    times.set(lane, (times.get(lane) ?? 0) + end - start)
    if (resource) changes.set(resource, (changes.get(resource) ?? 0) + 1)
  }
  if (length === 0) return []
  const share = (time: number): string => `${formatShare(time / length)}, ${formatDuration(time)}`
  const handOvers = (resource: Resource): string => plural(changes.get(resource) ?? 0, 'hand-over')
  const byTime = <Subject>(subjects: ReadonlyMap<Subject, number>) =>
    [...subjects].sort(([, one], [, other]) => other - one).slice(0, MOST_NAMED)
  const locks = byTime(held)
  const others = byTime(changes).filter(([resource]) => !held.has(resource))
  return [
    { label: 'Length', value: formatDuration(length) },
    { label: 'Changes of lane', value: String(Math.max(0, segments.length - 1)) },
    { label: 'Running', value: share(running) },
    ...byTime(times).map(([{ name }, time]) => ({ label: name, value: share(time) })),
    ...locks.map(([lock, time]) => ({
      label: `${lock.name} held`,
      value: `${share(time)}, ${handOvers(lock)}`,
    })),
    ...others.map(([resource]) => ({ label: resource.name, value: handOvers(resource) })),
  ]
}
