/** The glossary in the window: loaded when a text or a person first asks for it. */
import type * as Index from '../../main/glossary/index.ts'

type Book = typeof Index

export class Glossary {
  #book = $state.raw<Book>()
  #loading: Promise<void> | undefined
  #term = $state<string>()
  #isOpen = $state(false)
  /** Terms that were shown before this one, for the way back. */
  #before = $state.raw<readonly string[]>([])

  /** Undefined until it is loaded. */
  get book(): Book | undefined {
    return this.#book
  }

  /** Without it texts are shown without links: nothing is said when it cannot be loaded. */
  async load(): Promise<void> {
    this.#loading ??= import('../../main/glossary/index.ts').then(
      (book) => {
        this.#book = book
      },
      () => (this.#loading = undefined),
    )
    await this.#loading
  }

  get isOpen(): boolean {
    return this.#isOpen
  }
  /** Id of the term that is shown. */
  get term(): string | undefined {
    return this.#term
  }
  get canGoBack(): boolean {
    return this.#before.length > 0
  }

  /** @param term absent: the one that was shown last, or the first. */
  open(term?: string): void {
    void this.load()
    this.#before = []
    if (term !== undefined) this.#term = term
    this.#isOpen = true
  }

  /** From within: a link to another term. */
  follow(term: string): void {
    if (this.#term === term) return
    if (this.#term !== undefined) this.#before = [...this.#before, this.#term]
    this.#term = term
  }

  back(): void {
    const before = this.#before.at(-1)
    if (before === undefined) return
    this.#before = this.#before.slice(0, -1)
    this.#term = before
  }

  close(): void {
    this.#isOpen = false
  }
}
