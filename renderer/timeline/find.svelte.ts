/** Searching: rows by name as it is typed, and text in output, notes, sections and places. */
import type { SearchAnswer, SearchMatch } from '../../main/run/contract.ts'
import type { Asking } from './asking.ts'
import { NewestWins } from './newest-wins.ts'

/** Milliseconds between two searches while somebody types. */
const INTERVAL = 150

export class Find {
  isOpen = $state(false)
  /** Counts up to ask for the keyboard's focus. */
  focused = $state(0)
  #text = $state('')
  #answer = $state.raw<SearchAnswer | undefined>()
  #index = $state<number | undefined>()
  readonly #asker: NewestWins<string, SearchAnswer | undefined>
  readonly #onText: (text: string) => void

  /** @param onText rows are filtered by the text as well */
  constructor(asking: Asking, onText: (text: string) => void) {
    this.#onText = onText
    this.#asker = new NewestWins<string, SearchAnswer | undefined>({
      ask: (text) => asking.ask('search', { text }),
      onAnswer: (answer, asked) => {
        if (asked !== this.#text.trim()) return
        const before = this.current
        this.#answer = answer
        // Asked again while the run goes on: there are more matches, and the same one is shown.
        const index = this.matches.findIndex((match) => before && isSameMatch(match, before))
        this.#index = index < 0 ? undefined : index
      },
      interval: INTERVAL,
    })
  }

  get text(): string {
    return this.#text
  }
  get matches(): readonly SearchMatch[] {
    return this.#answer?.matches ?? []
  }
  /** May be more than there are matches listed. */
  get total(): number {
    return this.#answer?.total ?? 0
  }
  /** Index of the match that is shown. */
  get index(): number | undefined {
    return this.#index
  }
  get current(): SearchMatch | undefined {
    return this.#index === undefined ? undefined : this.matches[this.#index]
  }

  open(): void {
    this.isOpen = true
    this.focused += 1
  }

  type(text: string): void {
    this.#text = text
    this.#onText(text)
    const wanted = text.trim()
    if (wanted === '') this.forgetMatches()
    else this.#asker.want(wanted)
  }

  /** Searches again: the run has gone on. */
  refresh(): void {
    const wanted = this.#text.trim()
    if (this.isOpen && wanted !== '') this.#asker.want(wanted)
  }

  close(): void {
    this.isOpen = false
    this.#text = ''
    this.#onText('')
    this.forgetMatches()
  }

  forgetMatches(): void {
    this.#asker.drop()
    this.#answer = undefined
    this.#index = undefined
  }

  /** The match after (before) the one that is shown, around the ends; at first the one nearest. */
  step(direction: 'previous' | 'next', time: number): SearchMatch | undefined {
    const { matches } = this
    if (matches.length === 0) return undefined
    const by = direction === 'next' ? 1 : -1
    const next =
      this.#index === undefined
        ? direction === 'next'
          ? Math.max(
              0,
              matches.findIndex((match) => match.time >= time),
            )
          : matches.findLastIndex((match) => match.time <= time)
        : this.#index + by
    return this.choose((next + matches.length) % matches.length)
  }

  choose(index: number): SearchMatch | undefined {
    this.#index = index
    return this.matches[index]
  }
}

const isSameMatch = (left: SearchMatch, right: SearchMatch): boolean =>
  left.time === right.time &&
  left.track === right.track &&
  left.kind === right.kind &&
  left.text === right.text
