/** What people wrote about a run, kept with its recording. */
import { nanoseconds } from '../../core/units.ts'
import { MAX_NOTE_CHARACTERS, MAX_NOTES, type Note } from '../../run/contract.ts'
import type { NoteSink } from '../recording.ts'

/** A question that cannot be answered: says why, and what to do. Shown as it is. */
export class Refused extends Error {
  override name = ''
}

export class Notes {
  readonly #sink: NoteSink | undefined
  #list: Note[] = []
  #lastId = 0

  /** @param sink undefined: they last as long as the run is open. */
  constructor(sink: NoteSink | undefined) {
    this.#sink = sink
  }

  /** In ascending time. */
  get list(): readonly Note[] {
    return this.#list
  }

  /** From a recording that was opened. */
  restore(notes: readonly Note[]): void {
    this.#list = [...notes].sort(inOrder)
    this.#lastId = Math.max(0, ...notes.map(({ id }) => id))
  }

  /** @throws Refused */
  add({ from, to, text }: Omit<Note, 'id'>): Note {
    const cleaned = clean(text)
    if (cleaned === '') throw new Refused('A note needs a text.')
    if (this.#list.length >= MAX_NOTES)
      throw new Refused(`A run has at most ${MAX_NOTES} notes. Remove one first.`)
    const begin = Math.max(0, Math.min(from, to))
    const note: Note = {
      id: ++this.#lastId,
      from: nanoseconds(begin),
      to: nanoseconds(Math.max(begin, from, to)),
      text: cleaned,
    }
    const failure = this.#sink?.note(note)
    if (failure) throw new Refused(`The note was not kept. ${failure.message}`)
    this.#list = [...this.#list, note].sort(inOrder)
    return note
  }

  /** One that is not there is gone already. @throws Refused */
  remove(id: number): null {
    if (!this.#list.some((note) => note.id === id)) return null
    const failure = this.#sink?.removeNote(id)
    if (failure) throw new Refused(`The note was not removed. ${failure.message}`)
    this.#list = this.#list.filter((note) => note.id !== id)
    return null
  }
}

const inOrder = (one: Note, other: Note): number => one.from - other.from || one.id - other.id

/** Lines stay lines; other control characters become spaces. */
const clean = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n]+/gu, ' ')
    .trim()
    .slice(0, MAX_NOTE_CHARACTERS)
