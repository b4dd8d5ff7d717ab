/** Where a text occurs in a run: in what it printed, its notes, its sections, lines of the program. */
import { nanoseconds } from '../../core/units.ts'
import { MAX_MATCHES, type Note, type SearchAnswer, type SearchMatch } from '../../run/contract.ts'
import type { Collector } from '../collector.ts'

/** Of printed lines, so many characters are looked at: some 100 ms. */
const MAX_CHARACTERS = 2 ** 26
/** A line that is longer is shown from a little before the text on. */
const SHOWN_CHARACTERS = 400
const BEFORE = 80

/** Upper and lower case are the same. @param notes that people wrote. */
export function searchIn(collector: Collector, notes: readonly Note[], text: string): SearchAnswer {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return { matches: [], total: 0 }
  const has = (where: string): boolean => where.toLowerCase().includes(wanted)
  const matches = [
    ...outputWith(collector, wanted),
    ...notes.filter((note) => has(note.text)).map(({ from, text }) => match('note', from, 0, text)),
    ...collector.notes
      .filter((note) => has(note.text))
      .map(({ time, text }) => match('note', time, 0, text)),
    ...sectionsOf(collector)
      .filter(({ name }) => has(name))
      .map(({ from, name }) => match('section', from, 0, name)),
    ...collector.places.find(has).map(({ time, track, line }) => match('place', time, track, line)),
  ]
  matches.sort((one, other) => one.time - other.time)
  return {
    matches: matches
      .slice(0, MAX_MATCHES)
      .map((found) => ({ ...found, text: excerpt(found.text, wanted) })),
    total: matches.length,
  }
}

function outputWith({ output, outputTracks }: Collector, wanted: string): SearchMatch[] {
  const found: SearchMatch[] = []
  let left = MAX_CHARACTERS
  output.forEach(({ time, text }, line) => {
    left -= text.length
    if (left >= 0 && text.toLowerCase().includes(wanted))
      found.push(match('output', time, outputTracks[line] ?? 0, text))
  })
  return found
}

function sectionsOf({ sections }: Collector): { readonly from: number; readonly name: string }[] {
  const { done, open } = sections
  return [...done, ...(open ? [open] : [])].map(({ from, variant }) => ({ from, name: variant }))
}

const match = (
  kind: SearchMatch['kind'],
  time: number,
  track: number,
  text: string,
): SearchMatch => ({ kind, time: nanoseconds(time), track, text })

function excerpt(text: string, wanted: string): string {
  if (text.length <= SHOWN_CHARACTERS) return text
  const at = Math.max(0, text.toLowerCase().indexOf(wanted) - BEFORE)
  const end = at + SHOWN_CHARACTERS
  return `${at > 0 ? '…' : ''}${text.slice(at, end)}${end < text.length ? '…' : ''}`
}
