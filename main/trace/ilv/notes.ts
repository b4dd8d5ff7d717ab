/** Notes in a recording: each chunk adds or replaces one, or removes it; the last word counts. */
import { MAX_NOTE_CHARACTERS, MAX_NOTES, type Note } from '../../run/contract.ts'
import { nanoseconds } from '../../core/units.ts'
import { decodeJson, encodeJson, MAX_EXACT } from './bytes.ts'
import { damaged } from './errors.ts'

/** A character takes six at most. */
const MAX_BODY_BYTES = 6 * MAX_NOTE_CHARACTERS + 256

export const encodeNote = ({ id, from, to, text }: Note): Uint8Array =>
  encodeJson({ id, from, to, text })

export const encodeRemoval = (id: number): Uint8Array => encodeJson({ id, removed: true })

/** Which notes stand, from the chunks in the order of the file. */
export class Notes {
  readonly #byId = new Map<number, Note>()

  get standing(): readonly Note[] {
    return [...this.#byId.values()]
  }

  set(note: Note): void {
    this.#byId.set(note.id, note)
  }

  remove(id: number): void {
    this.#byId.delete(id)
  }

  /** @throws RecordingError when the chunk at `offset` does not say what a note's must. */
  take(path: string, offset: number, body: Uint8Array): void {
    if (body.length > MAX_BODY_BYTES) throw damaged(path, offset, 'a note is too long')
    const { id, from, to, text, removed } = fieldsOf(decodeJson(path, offset, body))
    if (isExact(id) && removed === true) return this.remove(id)
    const isNote = isExact(id) && isExact(from) && isExact(to) && from <= to
    const fits = this.#byId.size < MAX_NOTES || (isExact(id) && this.#byId.has(id))
    if (!isNote || typeof text !== 'string' || text.length > MAX_NOTE_CHARACTERS || !fits)
      throw damaged(path, offset, 'a note has impossible content')
    this.set({ id, from: nanoseconds(from), to: nanoseconds(to), text })
  }
}

const fieldsOf = (value: unknown): Partial<Record<keyof Note | 'removed', unknown>> =>
  typeof value === 'object' && value !== null ? value : {}

const isExact = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= MAX_EXACT
