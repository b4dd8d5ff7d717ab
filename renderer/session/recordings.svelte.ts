import type { Refusal, Result } from '../../main/core/result.ts'
import type { RecordingInfo, RunInfo } from '../../main/run/contract.ts'
import type { Host } from '../hosts/host.ts'
import { DemoRun } from './demo-run.svelte.ts'
import type { Notice } from './session.svelte.ts'

/** What the session does for its recordings. */
interface Surroundings {
  /** Opens the run's port. */
  connect(run: DemoRun): Promise<void>
  say(notice: Notice): void
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The recordings that there are, and the one that is open. */
export class Recordings {
  readonly #host: Host
  readonly #surroundings: Surroundings
  #list = $state.raw<readonly RecordingInfo[]>([])
  #opened = $state.raw<DemoRun>()
  /** Name of a file on its way to the host. */
  #arriving = $state<string>()

  constructor(host: Host, surroundings: Surroundings) {
    this.#host = host
    this.#surroundings = surroundings
  }

  /** Newest first. */
  get list(): readonly RecordingInfo[] {
    return this.#list
  }
  /** The last one that was opened; it can be asked while nothing else is held. */
  get opened(): DemoRun | undefined {
    return this.#opened
  }
  get arriving(): string | undefined {
    return this.#arriving
  }
  /** It is still being read. */
  get isReading(): boolean {
    return this.#opened !== undefined && !this.#opened.isOver
  }

  /** Looks into the folder again; what it showed stays where it cannot be read. */
  async refresh(): Promise<void> {
    try {
      this.#list = await this.#host.recordings()
    } catch {
      // Whoever asks the host for something gets to hear why.
    }
  }

  /** One of the list, a file that was dropped, or one that is chosen now. @returns whether it is open. */
  async open(from?: string | File): Promise<boolean> {
    if (from instanceof File) this.#arriving = from.name
    try {
      const opened = await this.#host.openRecording(from)
      return opened !== undefined && (await this.take(opened))
    } catch (error) {
      this.#surroundings.say({
        tone: 'danger',
        title: 'The recording could not be opened.',
        text: `${words(error)} What was open before is kept.`,
      })
      return false
    } finally {
      this.#arriving = undefined
    }
  }

  /** What became of opening one. @returns whether it is open. */
  async take(opened: Result<RunInfo, Refusal>): Promise<boolean> {
    if (!opened.ok) {
      const { message: title, remedy } = opened.failure
      this.#surroundings.say({ tone: 'danger', title, text: `Nothing was opened. ${remedy}` })
      return false
    }
    if (this.#opened?.id === opened.value.id) return true
    this.#opened?.dispose()
    this.#opened = new DemoRun(opened.value)
    await this.#surroundings.connect(this.#opened)
    return true
  }

  /** Takes it off the screen. */
  forget(): void {
    this.#opened?.dispose()
    this.#opened = undefined
  }
}
