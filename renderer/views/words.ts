/** A label within a sentence: `One thread` as `one thread`; `N threads` and `GIL` as they are. */
export const midSentence = (label: string): string =>
  /^\p{Lu}\p{Ll}/u.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label
