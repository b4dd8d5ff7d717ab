/** A worker as the scheduler knows it: what it was given and has not answered. */
import type { CrewMember } from './crew.ts'
import type { Draft, Job } from './job.ts'

/** Tasks a worker is given at least, whatever their size: one to do, one to go on with. */
const ALWAYS = 2
/** A worker that has this much waiting is given no third task. */
const BYTES_AHEAD = 2 ** 20

export interface Task extends Draft {
  /** Within the pool, from 1. */
  readonly number: number
  readonly job: Job
}

export class Worker {
  readonly member: CrewMember
  /** Its initializer has returned. */
  isReady = false
  /** Without an answer, in the order given. */
  readonly #tasks = new Map<number, { readonly task: Task; readonly bytes: number }>()
  /** Functions it knows, by number. */
  readonly #functions = new Set<number>()
  #given = 0
  #bytes = 0

  constructor(member: CrewMember) {
    this.member = member
  }

  /** Tasks given in all. */
  get given(): number {
    return this.#given
  }

  /** Tasks without an answer. */
  get load(): number {
    return this.#tasks.size
  }

  get tasks(): readonly Task[] {
    return [...this.#tasks.values()].map(({ task }) => task)
  }

  /** @param window tasks it may have. */
  hasRoom(window: number): boolean {
    return this.load < Math.min(window, ALWAYS) || (this.load < window && this.#bytes < BYTES_AHEAD)
  }

  /** @throws what the task cannot travel for; KeyboardInterrupt, after which it may have it. */
  give(task: Task): void {
    const { number, job, mode, values } = task
    // Before it is sent: of a wait that is interrupted nobody knows what was sent.
    this.#tasks.set(number, { task, bytes: 0 })
    this.#given++
    this.#introduce(job)
    const called = job.function.number
    const bytes = this.member.send({ type: 'task', task: number, function: called, mode, values })
    this.#tasks.set(number, { task, bytes })
    this.#bytes += bytes
  }

  #introduce({ function: { number, reference } }: Job): void {
    if (this.#functions.has(number)) return
    this.member.send({ type: 'function', function: number, reference })
    this.#functions.add(number)
  }

  /** It has answered. @returns undefined when it did not have the task. */
  answered(number: number): Task | undefined {
    const given = this.#tasks.get(number)
    if (given === undefined) return undefined
    this.#tasks.delete(number)
    this.#bytes -= given.bytes
    return given.task
  }

  /** `give` threw: the worker does not have it. */
  takeBack({ number }: Task): void {
    if (this.#tasks.delete(number)) this.#given--
  }
}
