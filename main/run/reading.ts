import { checkRequest } from '../demos/check.ts'
import type { Demo } from '../demos/demo.ts'
import { demos, findDemo } from '../demos/index.ts'
import { openRecording, type Recording } from '../trace/node/recording-reader.ts'
import type { TraceSession } from '../trace/session.ts'
import type { Connections } from './connections.ts'
import type { Answer, Query, QueryName, RunFailure, RunStatus, RunSummary } from './contract.ts'
import { checkRecording, refuseRecording } from './recording-check.ts'
import { openingStatus } from './initial-status.ts'
import { endIn, environmentIn } from './recorded.ts'
import { summarise } from './summary.ts'

/** Milliseconds. */
const STATUS_INTERVAL = 100

export interface ReadingOptions {
  readonly path: string
  /** It goes when it is closed. */
  readonly isCopy: boolean
  /** The demo that was recorded, where it is the user's own and still there. */
  readonly own: Demo | undefined
  readonly connections: Connections
  readonly onStatus: (status: RunStatus) => void
}

/** One recording inside its process: read once, then asked like a run that is over. */
export class Reading {
  readonly #options: ReadingOptions
  #trace: TraceSession | undefined
  #summary: RunSummary | undefined
  /** When how far it is was told last. */
  #told = -Infinity
  /** As it was told last. */
  #status: RunStatus | undefined
  #damaged: string | undefined

  constructor(options: ReadingOptions) {
    this.#options = options
  }

  /** Resolves when it has been read, or cannot be: the status says which. */
  async open(): Promise<void> {
    const { path, isCopy } = this.#options
    // The host has checked it; it may have changed since.
    const head = await checkRecording(path)
    const { bytes, metadata } = head.ok ? head.value : { bytes: 0, metadata: undefined }
    const status = openingStatus(path, { bytes, metadata }, isCopy)
    if (!head.ok) return this.#fail(status, head.failure)
    this.#report(status)
    // Whoever cancels it ends this process, which does nothing else.
    const read = await openRecording(path, {
      onProgress: (share) => this.#progress({ ...status, done: Math.round(share * bytes) }),
      onDamage: (offset) => this.#tellDamage(offset),
    })
    if (read.ok) this.#show(status, read.value)
    else this.#fail(status, refuseRecording(read.failure))
  }

  answer<Name extends QueryName>(name: Name, query: Query<Name>): Answer<Name>
  answer(name: QueryName, query: Query<QueryName>): unknown {
    if (name === 'summary') return this.#summary ?? null
    if (this.#trace === undefined) throw new Error('the recording is not open')
    return this.#trace.answer(name, query)
  }

  #show(opening: RunStatus, recording: Recording): void {
    const { session, metadata, footer, missing, bytes } = recording
    const { newest, events, dropped } = session.status()
    const environment = environmentIn(metadata)
    const status: RunStatus = {
      ...opening,
      ...endIn(footer),
      elapsed: newest,
      newest,
      events,
      dropped,
      ...(opening.recording && {
        recording: { ...opening.recording, bytes, ...(missing !== undefined && { missing }) },
      }),
    }
    const { request } = status
    const { own } = this.#options
    const known = own === undefined ? demos : [...demos, own]
    const demo = checkRequest(known, request).ok ? findDemo(request.demo, known) : undefined
    this.#trace = session
    this.#summary = summarise({ demo, status, trace: session, environment })
    this.#options.connections.setTracks(session.tracks())
    this.#report(status)
  }

  #fail(status: RunStatus, { message, remedy }: { message: string; remedy: string }): void {
    const kept = 'The file itself is as it was.'
    const failure: RunFailure = { headline: message, kept, remedy, detail: '' }
    this.#report({ ...status, state: 'failed', failure })
  }

  #progress(status: RunStatus): void {
    const now = performance.now()
    if (now - this.#told < STATUS_INTERVAL) return
    this.#told = now
    this.#report(status)
  }

  /** Found at any time after it was opened: when somebody looks there. */
  #tellDamage(offset: number): void {
    this.#damaged = `The part of the recording that begins at byte ${offset} is damaged.`
    if (this.#trace !== undefined && this.#status !== undefined) this.#report(this.#status)
  }

  #report(known: RunStatus): void {
    const { recording } = known
    const damaged = this.#damaged
    const status =
      recording && damaged !== undefined
        ? { ...known, recording: { ...recording, damaged } }
        : known
    this.#status = status
    this.#options.connections.setStatus(status)
    this.#options.onStatus(status)
  }
}
