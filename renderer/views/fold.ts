/**
 * How many of the first items fit into `available`, when what does not fit is folded into one
 * control of width `more`. The first always shows. All in CSS pixels.
 */
export function fitting(
  widths: readonly number[],
  available: number,
  more: number,
  gap: number,
): number {
  const widthOf = (count: number) =>
    widths.slice(0, count).reduce((sum, width) => sum + width + gap, -gap)
  if (widthOf(widths.length) <= available) return widths.length
  let count = widths.length - 1
  while (count > 1 && widthOf(count) + gap + more > available) count -= 1
  return Math.max(1, count)
}
