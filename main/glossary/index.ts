/** The glossary: the field's words as the demos, their notes and the verdicts use them. */
import { COORDINATION } from './coordination.ts'
import { LOCKS } from './locks.ts'
import { PERFORMANCE } from './performance.ts'
import { PROCESSES } from './processes.ts'
import { PYTHON } from './python.ts'
import type { Term } from './term.ts'

export type { Term }

/** Ordered by name. */
export const TERMS: readonly Term[] = [
  ...PYTHON,
  ...PROCESSES,
  ...LOCKS,
  ...COORDINATION,
  ...PERFORMANCE,
].sort((one, other) => (one.name.toLowerCase() < other.name.toLowerCase() ? -1 : 1))

/** Every word for a term. */
export const wordsOf = ({ name, also = [] }: Term): readonly string[] => [name, ...also]

const plain = (text: string): string => text.toLowerCase().replaceAll('’', "'").trim()

/** By its id, its name or another word for it. */
export const findTerm = (word: string): Term | undefined =>
  TERMS.find((term) => [term.id, ...wordsOf(term)].some((each) => plain(each) === plain(word)))

/** Those with every word of the query in a name, else anywhere; all for ''. */
export function matchingTerms(query: string): readonly Term[] {
  const wanted = plain(query).split(/\s+/).filter(Boolean)
  const having = (text: (term: Term) => string) =>
    TERMS.filter((term) => wanted.every((word) => plain(text(term)).includes(word)))
  const named = having((term) => wordsOf(term).join(' '))
  const others = having((term) => `${wordsOf(term).join(' ')} ${term.text}`)
  return [...named, ...others.filter((term) => !named.includes(term))]
}

/** A piece of a text; with a term: a word for it. */
export interface TermPart {
  readonly text: string
  readonly term?: string
}

const BY_WORD = new Map(
  TERMS.flatMap((term) => wordsOf(term).map((word) => [plain(word), term.id] as const)),
)
const escaped = (word: string): string => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
/** The longest first: `reader-writer lock` is more than a lock. */
const WORDS = [...BY_WORD.keys()].sort((one, other) => other.length - one.length)
const IN_TEXT = new RegExp(
  `(?<![\\p{L}\\p{N}_-])(?:${WORDS.map((word) => escaped(word).replaceAll("'", "['’]")).join('|')})(?![\\p{L}\\p{N}_-])`,
  'giu',
)

/** Too common to be marked in texts: they would be in every sentence. */
const UNMARKED: ReadonlySet<string> = new Set([
  ...['thread', 'process', 'lock', 'queue', 'pool', 'join', 'event', 'median', 'barrier'],
  ...['fork', 'spawn', 'semaphore'],
])

/** Cuts a text at the words of the glossary; each term is marked once. */
export function partsWithTerms(text: string, seen = new Set<string>()): readonly TermPart[] {
  const parts: TermPart[] = []
  let from = 0
  for (const { 0: word, index } of text.matchAll(IN_TEXT)) {
    const term = BY_WORD.get(plain(word))
    if (term === undefined || UNMARKED.has(term) || seen.has(term)) continue
    seen.add(term)
    if (index > from) parts.push({ text: text.slice(from, index) })
    parts.push({ text: word, term })
    from = index + word.length
  }
  if (from < text.length) parts.push({ text: text.slice(from) })
  return parts
}
