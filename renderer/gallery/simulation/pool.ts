import {
  EventKind,
  LaneKind,
  LaneState,
  ResourceKind,
  Wait,
  WaitOutcome,
} from '../../../main/trace/model.ts'
import type { Steps, Thread } from './machine.ts'

/** Worker processes that take tasks in turn. */
export class Pool {
  readonly #resource: number
  readonly #workers: Thread[]
  readonly #idle: Thread[] = []
  readonly #tasks: { readonly number: number; readonly takes: number }[] = []
  #begun = 0
  #left = 0
  #isClosed = false
  #owner: Thread | undefined

  /** @param pids one for each worker. */
  constructor(maker: Thread, name: string, at: string, pids: readonly number[]) {
    this.#resource = maker.declare(ResourceKind.pool, name, at, pids.length)
    this.#workers = pids.map((pid, index) =>
      maker.start({ name: `worker-${index + 1}`, pid, kind: LaneKind.worker }, (thread) =>
        this.#serve(thread),
      ),
    )
  }

  /** @param takes nanoseconds of each task. */
  *map(owner: Thread, takes: readonly number[]): Steps {
    this.#owner = owner
    this.#left = takes.length
    for (const each of takes) this.#tasks.push({ number: this.#begun++, takes: each })
    for (const worker of this.#idle.splice(0)) worker.wake()
    owner.record(EventKind.waitBegin, this.#resource, 0, Wait.result)
    yield* owner.park()
    owner.record(EventKind.waitEnd, this.#resource, WaitOutcome.granted)
  }

  *close(owner: Thread): Steps {
    this.#isClosed = true
    for (const worker of this.#idle.splice(0)) worker.wake()
    yield* owner.join(...this.#workers)
  }

  *#serve(worker: Thread): Steps {
    // A process takes a while to begin.
    yield* worker.compute(worker.machine.random.between(20e6, 32e6))
    for (;;) {
      const task = this.#tasks.shift()
      if (task) {
        worker.record(EventKind.taskStart, this.#resource, task.number, 1)
        yield* worker.compute(task.takes)
        worker.record(EventKind.taskEnd, this.#resource, task.number, 0)
        if (--this.#left === 0) this.#owner?.wake()
      } else if (this.#isClosed) return
      else {
        worker.record(EventKind.state, 0, LaneState.idle)
        this.#idle.push(worker)
        yield* worker.park()
        worker.record(EventKind.state, 0, LaneState.running)
      }
    }
  }
}
