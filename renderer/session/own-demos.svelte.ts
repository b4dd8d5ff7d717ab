import type { Refusal } from '../../main/core/result.ts'
import type { DemoManifest } from '../../main/demos/manifest.ts'
import type { OwnDemos as Found } from '../../main/run/contract.ts'
import type { Host } from '../hosts/host.ts'

const NONE: Found = { folder: '', demos: [], broken: [] }

/** Demos of the user's own: the folder that was named, and what is in it. */
export class OwnDemos {
  readonly #host: Host
  #found = $state.raw(NONE)
  #isLooking = $state(false)
  /** Up with every folder that is named or forgotten: an answer about another comes too late. */
  #generation = 0
  #complaint = $state.raw<Refusal>()

  constructor(host: Host) {
    this.#host = host
  }

  get folder(): string {
    return this.#found.folder
  }
  get demos(): readonly DemoManifest[] {
    return this.#found.demos
  }
  get broken(): Found['broken'] {
    return this.#found.broken
  }
  /** Why the folder cannot be read. */
  get failure(): Found['failure'] {
    return this.#found.failure
  }
  get isLooking(): boolean {
    return this.#isLooking
  }
  /** Why a folder that was named is none. */
  get complaint(): Refusal | undefined {
    return this.#complaint
  }

  /** As the folder is now. A host that does not answer has said so elsewhere. */
  async look(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    const generation = this.#generation
    try {
      const found = await this.#host.ownDemos()
      if (generation === this.#generation) this.#take(found)
    } catch {
      // What was found before stays.
    } finally {
      this.#isLooking = false
    }
  }

  /** @returns false: none was chosen, or it cannot be used; `complaint` says why. */
  async use(folder?: string): Promise<boolean> {
    this.#complaint = undefined
    this.#generation += 1
    this.#isLooking = true
    try {
      const used = await this.#host.useOwnDemos(folder)
      if (used?.ok) this.#take(used.value)
      else this.#complaint = used?.failure
      return used?.ok === true
    } finally {
      this.#isLooking = false
    }
  }

  async forget(): Promise<void> {
    this.#generation += 1
    await this.#host.forgetOwnDemos()
    this.#found = NONE
  }

  /** A demo that is as it was stays the same object: its form keeps what was typed. */
  #take(found: Found): void {
    const demos = found.demos.map((demo) => {
      const before = this.#found.demos.find(({ id }) => id === demo.id)
      return before && JSON.stringify(before) === JSON.stringify(demo) ? before : demo
    })
    this.#found = { ...found, demos }
  }
}
