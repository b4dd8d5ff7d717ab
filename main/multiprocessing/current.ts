/** Which process this is and which one started it: currentProcess, parentProcess. */
import type { Seconds } from '../core/units.ts'
import { deadlineAfter } from '../threading/futex.ts'
import { inState, runAsync, runBlocking, type Steps } from '../threading/steps.ts'
import { LaneState } from '../trace/model.ts'
import { mainIdentOf, Process } from './process.ts'
import { ProcessLife, ProcessPhase } from './process-life.ts'
import { thisProcess, type ParentReference } from './process-self.ts'
import { Sentinel } from './sentinel.ts'

let current: Process | undefined
let parent: ParentProcess | undefined

/** From here on `process` is what `currentProcess` gives in this thread. */
export function becomeCurrent(process: Process): void {
  current = process
}

/** This process, as one can look at it: of its parent's control over it there is nothing here. */
export function currentProcess(): Process {
  const { name, daemon, life, parent: made } = thisProcess()
  current ??= new Process({ type: 'Process', name, daemon, life, madeIn: made?.number ?? -1 })
  return current
}

/** The process that started this one; undefined in the main process. */
export function parentProcess(): ParentProcess | undefined {
  const reference = thisProcess().parent
  if (reference !== undefined) parent ??= new ParentProcess(reference)
  return parent
}

/** CPython's object of the same name: it can be looked at and waited for. */
export class ParentProcess {
  readonly name: string
  readonly pid: number
  readonly #number: number
  readonly #life: ProcessLife

  constructor({ number, name, pid, life }: ParentReference) {
    this.name = name
    this.pid = pid
    this.#number = number
    this.#life = new ProcessLife(life)
  }

  /** The same as `pid`. */
  get ident(): number {
    return this.pid
  }

  get sentinel(): Sentinel {
    return new Sentinel(this.#life)
  }

  isAlive(): boolean {
    return this.#life.phase !== ProcessPhase.ended
  }

  /**
   * Returns when the parent has ended or the timeout passed. The main process is never seen to end:
   * this one is ended with it.
   * @param timeout seconds; undefined: without limit.
   * @throws RuntimeError on an event-loop thread, KeyboardInterrupt when the run is being stopped.
   */
  join(timeout?: Seconds): void {
    runBlocking(this.#joinSteps(timeout), 'joinAsync')
  }

  /** The same for a thread that runs an event loop. */
  async joinAsync(timeout?: Seconds): Promise<void> {
    await runAsync(this.#joinSteps(timeout))
  }

  #joinSteps(timeout: Seconds | undefined): Steps<boolean> {
    const waiting = this.#life.awaitEnd(deadlineAfter(timeout))
    return inState(LaneState.idle, mainIdentOf(this.#number), waiting, timeout !== undefined)
  }
}
