/** The processes that threads of this process have started, for its event-loop thread. */
import type { ListedChild } from '../multiprocessing/children.ts'
import type { ProcessStart } from '../multiprocessing/job.ts'
import { ProcessLife } from '../multiprocessing/process-life.ts'
import type { StartProcess } from '../multiprocessing/requests.ts'

interface Known {
  readonly name: string
  readonly daemon: boolean
  readonly life: ProcessLife
}

/** What can be sent of a request to start a process, but for its arguments. */
export function startOf(body: StartProcess): ProcessStart {
  const { target, class: Class, name, daemon, identity, parent, method } = body
  return { target, class: Class, name, daemon, identity, parent, method }
}

export class Offspring {
  /** Which process of the run this one is. */
  readonly #number: number
  readonly #children = new Map<number, Known>()

  constructor(number: number) {
    this.#number = number
  }

  /** Alive. */
  get size(): number {
    return this.#children.size
  }

  /** Numbers of those that are to end with this process. */
  get daemons(): readonly number[] {
    return [...this.#children].filter(([, { daemon }]) => daemon).map(([number]) => number)
  }

  /** Before whoever starts it is told. */
  started(number: number, pid: number, { name, daemon, life: memory }: StartProcess): void {
    const life = new ProcessLife(memory)
    life.started(number, pid)
    this.#children.set(number, { name, daemon, life })
  }

  /** Lets those through that join it. No effect for a process that did not start here. */
  ended(number: number, exitcode: number): void {
    this.#children.get(number)?.life.finish(exitcode)
    this.#children.delete(number)
  }

  /** To a thread that asks. */
  list(): ListedChild[] {
    return [...this.#children].map(([number, { name, daemon, life }]) => ({
      number,
      process: { type: 'Process', name, daemon, madeIn: this.#number, life: life.memory },
    }))
  }
}
