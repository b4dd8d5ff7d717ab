/**
 * Arguments as people type them after a command: words between spaces, quotes around what has
 * spaces in it. Nothing is expanded: `*`, `~` and `$HOME` stay as they are, because no shell runs.
 */
import { failure, success, type Result } from '../../main/core/result.ts'

/** What a backslash takes its meaning from within double quotes (POSIX, 2.2.3). */
const ESCAPED_IN_QUOTES = '"\\$`'

/**
 * @param isWindows a backslash parts folders there: it stands for itself, but before a quote
 * @returns the words, or one sentence about what is not closed
 */
export function parseWords(text: string, isWindows = false): Result<readonly string[], string> {
  const words: string[] = []
  /** Undefined between words: `''` is a word as well. */
  let word: string | undefined
  let quote = ''
  const escapes = (next: string): boolean => {
    if (isWindows) return next === '"' && quote !== "'"
    return quote === '' || (quote === '"' && ESCAPED_IN_QUOTES.includes(next))
  }
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    const next = text.charAt(at + 1)
    if (character === '\\' && next === '' && escapes(next))
      return failure('The arguments end in a backslash: take it away, or put it in quotes.')
    if (character === '\\' && next !== '' && escapes(next)) {
      word = (word ?? '') + next
      at++
    } else if (quote !== '') {
      if (character === quote) quote = ''
      else word = (word ?? '') + character
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + character
  }
  if (quote !== '') return failure(`A quote (${quote}) is not closed: add one at its end.`)
  if (word !== undefined) words.push(word)
  return success(words)
}

/** Words as they would be typed: quoted where they have to be. */
export const showWords = (words: readonly string[], isWindows = false): string =>
  words.map((word) => (isWindows ? inDoubleQuotes(word) : inSingleQuotes(word))).join(' ')

const PLAIN = /^[\w@%+=:,./-]+$/
const PLAIN_ON_WINDOWS = /^[^\s"']+$/

const inSingleQuotes = (word: string): string =>
  PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

const inDoubleQuotes = (word: string): string =>
  PLAIN_ON_WINDOWS.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`
