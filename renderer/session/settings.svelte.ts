import { isRecord, keep, readKept } from './storage.ts'

export const TABS = [
  'verdict',
  'output',
  'lanes',
  'locks',
  'queues',
  'counters',
  'charts',
  'source',
] as const
export type Tab = (typeof TABS)[number]

const KEY = 'window'
const isTab = (value: unknown): value is Tab => TABS.some((tab) => tab === value)

/** How the window is arranged; kept between windows. */
export class Settings {
  #tab = $state<Tab>('source')
  #isChosen = false
  /** Height of the bottom pane, per cent of the space it shares with the timeline. */
  #bottom = $state(35)
  #closedChapters = $state.raw<readonly string[]>([])

  constructor() {
    const kept = readKept(KEY)
    if (!isRecord(kept)) return
    if (isTab(kept['tab'])) {
      this.#tab = kept['tab']
      this.#isChosen = true
    }
    const { bottom, closedChapters } = kept
    if (typeof bottom === 'number' && bottom >= 10 && bottom <= 80) this.#bottom = bottom
    if (Array.isArray(closedChapters))
      this.#closedChapters = closedChapters.filter((each) => typeof each === 'string')
  }

  get tab(): Tab {
    return this.#tab
  }
  /** The user's choice: from now on tabs only change when asked to. */
  set tab(tab: Tab) {
    this.#tab = tab
    this.#isChosen = true
    this.#keep()
  }

  /** Shows a tab to those who have never chosen one. */
  suggest(tab: Tab): void {
    if (!this.#isChosen) this.#tab = tab
  }

  get bottom(): number {
    return this.#bottom
  }
  set bottom(share: number) {
    this.#bottom = share
    this.#keep()
  }

  isClosed(chapter: string): boolean {
    return this.#closedChapters.includes(chapter)
  }

  openChapter(chapter: string): void {
    if (this.isClosed(chapter)) this.toggleChapter(chapter)
  }

  toggleChapter(chapter: string): void {
    this.#closedChapters = this.isClosed(chapter)
      ? this.#closedChapters.filter((each) => each !== chapter)
      : [...this.#closedChapters, chapter]
    this.#keep()
  }

  #keep(): void {
    keep(KEY, {
      ...(this.#isChosen && { tab: this.#tab }),
      bottom: this.#bottom,
      closedChapters: this.#closedChapters,
    })
  }
}
