/** What a person wrote about moments and ranges; the run keeps it in the recording. */
import { MAX_NOTE_CHARACTERS, type Note, type TimeRange } from '../../main/run/contract.ts'
import type { Asking } from './asking.ts'
import { movedRange } from './time-scale.ts'

/** A note while it is written: a new one, or another text for one that is there. */
export interface NoteDraft extends TimeRange {
  readonly id?: number
  readonly text: string
}

export class Notes {
  #all = $state.raw<readonly Note[]>([])
  #draft = $state.raw<NoteDraft | undefined>()
  /** Id of the note that is selected. */
  selected = $state<number | undefined>()
  isListed = $state(false)
  /** Why the last note was not kept, in the run's words. */
  problem = $state<string | undefined>()
  #isSaving = false
  #isLoaded = false
  readonly #asking: Asking

  constructor(asking: Asking) {
    this.#asking = asking
  }

  /** Ordered by time. */
  get all(): readonly Note[] {
    return this.#all
  }
  get draft(): NoteDraft | undefined {
    return this.#draft
  }
  get current(): Note | undefined {
    return this.#all.find(({ id }) => id === this.selected)
  }

  /** Reads the notes of the run that is shown. */
  async load(): Promise<void> {
    const notes = await this.#asking.ask('notes', {})
    if (!notes) return
    this.#all = notes
    this.#isLoaded = true
  }
  /** A recording that is still being read does not tell its notes yet. */
  async loadAtLast(): Promise<void> {
    if (!this.#isLoaded) await this.load()
  }

  /** All of them lie later by so much. */
  move(by: number): void {
    this.#all = this.#all.map((note) => movedRange(note, by))
    this.#draft = this.#draft && movedRange(this.#draft, by)
  }

  forget(): void {
    this.#all = []
    this.#isLoaded = false
    this.#draft = undefined
    this.selected = undefined
    this.problem = undefined
  }

  /** Begins a note about this moment or range. */
  begin({ from, to }: TimeRange): void {
    this.problem = undefined
    this.#draft = { from, to, text: '' }
  }

  edit({ id, from, to, text }: Note): void {
    this.problem = undefined
    this.#draft = { id, from, to, text }
  }

  cancel(): void {
    this.#draft = undefined
    this.problem = undefined
  }

  /** Keeps what was written; a text without words removes the note. The draft stays when refused. */
  async save(words: string): Promise<void> {
    const draft = this.#draft
    if (!draft || this.#isSaving) return
    const text = words.trim().slice(0, MAX_NOTE_CHARACTERS)
    this.#isSaving = true
    try {
      await this.#keep(draft, text)
    } finally {
      this.#isSaving = false
    }
  }

  async #keep({ id, from, to, text: before }: NoteDraft, text: string): Promise<void> {
    if (text !== '' && text !== before) {
      const added = await this.#asking.order('addNote', { from, to, text })
      if (!added) return this.cancel()
      if (!added.ok) {
        this.problem = added.failure
        return
      }
      this.selected = added.value.id
      // The old text goes only when the new one is safe.
      if (id !== undefined) await this.#asking.order('removeNote', { id })
    } else if (text === '' && id !== undefined) {
      await this.#asking.order('removeNote', { id })
    }
    this.cancel()
    await this.load()
  }

  async remove(id: number): Promise<void> {
    const removed = await this.#asking.order('removeNote', { id })
    this.problem = removed && !removed.ok ? removed.failure : undefined
    if (this.selected === id) this.selected = undefined
    if (this.#draft?.id === id) this.#draft = undefined
    await this.load()
  }

  /** The note before or after the one that is selected, else before or after this time. */
  neighbour(direction: 'previous' | 'next', time: number): Note | undefined {
    const at = this.#all.findIndex(({ id }) => id === this.selected)
    if (at >= 0) return this.#all[at + (direction === 'next' ? 1 : -1)]
    return direction === 'next'
      ? this.#all.find(({ from }) => from > time)
      : this.#all.findLast(({ from }) => from < time)
  }
}
