/** What repeats allow to say of two variants: a difference of medians alone may be chance. */
import { bootstrapRatio, compare, median, MIN_REPEATS } from '../core/statistics.ts'

/**
 * `less`: an interval shows it. `less here`: so it was, but there are too few repeats to say more.
 * `more`: an interval shows the opposite.
 */
export type Shown = 'less' | 'less here' | 'not shown' | 'more'

const WORDS = { faster: 'less', slower: 'more', 'no difference shown': 'not shown' } as const

/**
 * @param own a figure of each repeat; those without it do not count.
 * @returns undefined when one of the two has none
 */
export function shown(
  own: readonly (number | undefined)[],
  others: readonly (number | undefined)[],
): Shown | undefined {
  const [ours, theirs] = [own, others].map((all) => all.filter((each) => each !== undefined))
  const [our, their] = [median(ours ?? []), median(theirs ?? [])]
  if (!ours || !theirs || our === undefined || their === undefined) return undefined
  if (Math.min(ours.length, theirs.length) < MIN_REPEATS)
    return our < their ? 'less here' : 'not shown'
  const interval = bootstrapRatio(ours, theirs)
  // Nothing is less than nothing.
  if (interval === undefined) return Math.min(...ours) > Math.max(...theirs) ? 'more' : 'not shown'
  return WORDS[compare(interval)]
}
