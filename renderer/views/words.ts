/** A label within a sentence: `One thread` as `one thread`; `N threads` and `GIL` as they are. */
export const midSentence = (label: string): string =>
  /^(\p{Lu}\p{Ll}|A )/u.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label

/** A title under its chapter's heading: without the words that the heading says already. */
export function titleWithin(chapter: string, title: string): string {
  const rest = title.startsWith(chapter) ? title.slice(chapter.length).replace(/^[\s,:]+/, '') : ''
  return rest === '' ? title : rest.charAt(0).toUpperCase() + rest.slice(1)
}

/** Names of which none is like another: `GIL 1`, `GIL 2`. */
export const distinctNames = (names: readonly string[]): readonly string[] =>
  names.map((name, index) => {
    if (names.indexOf(name) === names.lastIndexOf(name)) return name
    return `${name} ${names.slice(0, index + 1).filter((each) => each === name).length}`
  })
