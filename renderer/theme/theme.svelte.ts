/** Dark, light or as the system has it: the choice is kept, and set on the document. */
import { disposable, Disposables, type Disposable } from '../../main/core/disposables.ts'

export type ThemeChoice = 'dark' | 'light' | 'system'
const KEY = 'interleave.theme'

const isChoice = (value: unknown): value is ThemeChoice =>
  value === 'dark' || value === 'light' || value === 'system'

class Theme {
  #choice = $state<ThemeChoice>('system')
  #systemLight = $state(false)
  #reducedMotion = $state(false)

  get choice(): ThemeChoice {
    return this.#choice
  }

  readonly resolved: 'dark' | 'light' = $derived(
    this.#choice === 'system' ? (this.#systemLight ? 'light' : 'dark') : this.#choice,
  )

  get reducedMotion(): boolean {
    return this.#reducedMotion
  }

  /** Reads the kept choice and follows the system until disposed. Call once, before mounting. */
  start(): Disposable {
    const kept = readKept()
    if (kept) this.#choice = kept
    const followed = new Disposables()
    followed.add(follow('(prefers-color-scheme: light)', (value) => (this.#systemLight = value)))
    followed.add(
      follow('(prefers-reduced-motion: reduce)', (value) => (this.#reducedMotion = value)),
    )
    const stop = $effect.root(() => {
      $effect.pre(() => {
        document.documentElement.dataset['theme'] = this.resolved
      })
    })
    followed.add(disposable(stop))
    document.documentElement.dataset['theme'] = this.resolved
    return followed
  }

  choose(choice: ThemeChoice): void {
    this.#choice = choice
    document.documentElement.dataset['theme'] = this.resolved
    try {
      localStorage.setItem(KEY, choice)
    } catch {
      // Storage may be off; the choice then lasts as long as the window.
    }
  }

  /** From dark to light and back. */
  toggle(): void {
    this.choose(this.resolved === 'dark' ? 'light' : 'dark')
  }
}

function readKept(): ThemeChoice | undefined {
  try {
    const kept = localStorage.getItem(KEY)
    return isChoice(kept) ? kept : undefined
  } catch {
    return undefined
  }
}

function follow(query: string, set: (matches: boolean) => void): Disposable {
  const list = matchMedia(query)
  const listener = () => set(list.matches)
  listener()
  list.addEventListener('change', listener)
  return disposable(() => list.removeEventListener('change', listener))
}

export const theme = new Theme()
