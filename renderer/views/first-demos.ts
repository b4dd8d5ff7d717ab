/**
 * What the welcome page offers beside the first demo: the first one of every other chapter. The
 * sidebar has them all, chapter after chapter; a list of them here would push the page's own buttons out of sight.
 */
export function firstOfOtherChapters<Demo extends { readonly chapter: string }>(
  demos: readonly Demo[],
): readonly Demo[] {
  return demos.filter(({ chapter }, at) => at > 0 && chapter !== demos[at - 1]?.chapter)
}
