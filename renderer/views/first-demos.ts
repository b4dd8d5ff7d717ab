/**
 * What the welcome page offers beside the first demo: the first one of every other chapter. The
 * sidebar has them all; a list of them here would push the page's own buttons out of sight.
 */
export function firstOfOtherChapters<Demo extends { readonly chapter: string }>(
  demos: readonly Demo[],
): readonly Demo[] {
  const seen = new Set(demos.slice(0, 1).map(({ chapter }) => chapter))
  return demos.filter(({ chapter }) => !seen.has(chapter) && seen.add(chapter))
}
