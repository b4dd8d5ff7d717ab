/**
 * The queues inside a pool are no resources of the program: what is traced is that a thread waits
 * for results, and when tasks run.
 */
import { runtime } from '../../threading/runtime.ts'
import type { EventKind } from '../../trace/model.ts'
import type { Tracer } from '../../trace/tracer.ts'

/** Lets through what concerns the GIL: who holds it stays true. */
class OnlyResource implements Tracer {
  readonly #tracer: Tracer
  readonly #resource: number

  constructor(tracer: Tracer, resource: number) {
    this.#tracer = tracer
    this.#resource = resource
  }

  record(kind: EventKind, resource: number, a: number, b: number, c: number): void {
    if (resource === this.#resource) this.#tracer.record(kind, resource, a, b, c)
  }

  recordText(
    kind: EventKind,
    resource: number,
    a: number,
    b: number,
    c: number,
    text: string,
  ): void {
    if (resource === this.#resource) this.#tracer.recordText(kind, resource, a, b, c, text)
  }
}

/** Calls `action` without its waits, puts and gets being recorded. */
export function quietly<Result>(action: () => Result): Result {
  const { tracer, gil } = runtime
  if (tracer === undefined) return action()
  runtime.tracer = gil && new OnlyResource(tracer, gil.resource)
  try {
    return action()
  } finally {
    runtime.tracer = tracer
  }
}
