/**
 * A made-up run. Its events are invented; what is shown of them is not: they are fed to the trace
 * engine of the product, which answers as it would in a real run.
 */
import type { Answer, Query, QueryName, RunStatus, TrackInfo } from '../../main/run/contract.ts'
import { nanoseconds, type Nanoseconds } from '../../main/core/units.ts'
import { TraceSession } from '../../main/trace/session.ts'
import type { TraceSource } from '../timeline/trace-source.ts'
import { makeScenario, type Scenario, type ScenarioName } from './scenarios.ts'

/** Absolute time at which every made-up run begins. */
const EPOCH = 0n
/** Nanoseconds of the run between two looks for a deadlock, as the runner has them. */
const LOOK_EVERY = 50e6

export interface SyntheticOptions {
  readonly seed?: number
  /** What the run's status says; figures of time are filled in. */
  readonly status?: Partial<RunStatus>
}

export class SyntheticTrace implements TraceSource {
  readonly #scenario: Scenario
  readonly #status: Partial<RunStatus>
  /** Nanoseconds up to which it has been played, and is to be. */
  #played = 0
  #wanted: number
  #session: TraceSession

  constructor(name: ScenarioName, { seed = 1, status = {} }: SyntheticOptions = {}) {
    this.#scenario = makeScenario(name, seed)
    this.#status = status
    this.#wanted = this.#scenario.duration
    this.#session = this.#open()
  }

  /** Of the threads, locks and queues that there have been by now. */
  get tracks(): readonly TrackInfo[] {
    return this.#upToDate().tracks()
  }
  /** Nanoseconds the whole run takes. */
  get duration(): Nanoseconds {
    return nanoseconds(this.#scenario.duration)
  }
  get newest(): Nanoseconds {
    return nanoseconds(this.#wanted)
  }
  get isOver(): boolean {
    return this.#wanted >= this.#scenario.duration
  }

  /** Plays the run up to this moment: nothing later is answered. Back as well as forth. */
  advance(to: number): void {
    this.#wanted = Math.max(0, Math.min(to, this.#scenario.duration))
  }

  get status(): RunStatus {
    const session = this.#upToDate()
    const { events, dropped, newest } = session.status()
    const deadlock = session.deadlock()
    const share = this.#wanted / this.#scenario.duration
    return {
      state: this.isOver ? 'finished' : 'running',
      request: { demo: 'synthetic', variant: 'one', parameters: {}, repeats: 1, baseline: false },
      done: Math.round(share * 1000),
      total: 1000,
      unit: 'units',
      section: 1,
      sections: 1,
      elapsed: newest,
      ...(!this.isOver && { remaining: nanoseconds(this.#scenario.duration - this.#wanted) }),
      newest,
      events,
      eventRate: this.isOver ? 0 : events / Math.max(1e-3, this.#wanted / 1e9),
      dropped,
      tracerShare: 0.004,
      ...(deadlock && { deadlock }),
      ...this.#status,
    }
  }

  /** Rejects as a run refuses. The summary is the run's to give, not the trace's: null. */
  async ask<Name extends QueryName>(name: Name, query: Query<Name>): Promise<Answer<Name>> {
    if (name === 'summary') return null
    // That only the others are left is something the type of a name cannot say.
    const asked = name as Exclude<Name, 'summary'>
    return Promise.resolve(this.#upToDate().answer(asked, query))
  }

  dispose(): void {
    this.#session.dispose()
  }

  #open(): TraceSession {
    const session = new TraceSession({ now: () => EPOCH + BigInt(Math.round(this.#played)) })
    session.replay.begin(EPOCH)
    this.#scenario.sources.forEach(({ pid, log }, source) => {
      session.replay.source(source, pid)
      session.replay.records(source, log.bytes)
    })
    this.#played = 0
    return session
  }

  /** The session, played up to the wanted moment. */
  #upToDate(): TraceSession {
    if (this.#played > this.#wanted) {
      this.#session.dispose()
      this.#session = this.#open()
    }
    if (this.#played === this.#wanted) return this.#session
    // A deadlock is one that stands still for a while: it has to be looked at more than once.
    while (this.#played < this.#wanted) {
      this.#played = Math.min(this.#wanted, this.#played + LOOK_EVERY)
      this.#session.replay.advance(this.#played)
      this.#session.deadlock()
    }
    if (this.isOver) this.#session.replay.finish()
    return this.#session
  }
}
