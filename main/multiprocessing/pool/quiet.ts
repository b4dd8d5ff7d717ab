/**
 * The queues inside a pool are no resources of the program: what is traced is that a thread waits
 * for results, and when tasks run.
 */
import { runtime } from '../../threading/runtime.ts'
import type { EventKind } from '../../trace/model.ts'
import type { Tracer } from '../../trace/tracer.ts'

class Discreet implements Tracer {
  readonly hidden = new Set<number>()
  readonly #tracer: Tracer

  constructor(tracer: Tracer) {
    this.#tracer = tracer
  }

  record(kind: EventKind, resource: number, a: number, b: number, c: number): void {
    if (!this.hidden.has(resource)) this.#tracer.record(kind, resource, a, b, c)
  }

  recordText(
    kind: EventKind,
    resource: number,
    a: number,
    b: number,
    c: number,
    text: string,
  ): void {
    if (!this.hidden.has(resource)) this.#tracer.recordText(kind, resource, a, b, c, text)
  }
}

/** From here on this thread records nothing of the resource. */
export function hide({ resource }: { readonly resource: number }): void {
  const { tracer } = runtime
  if (tracer === undefined) return
  const discreet = tracer instanceof Discreet ? tracer : new Discreet(tracer)
  discreet.hidden.add(resource)
  runtime.tracer = discreet
}

/** Makes a resource that is not declared, and records nothing of it. */
export function makeHidden<Made extends { readonly resource: number }>(make: () => Made): Made {
  const { tracer } = runtime
  runtime.tracer = undefined
  let made: Made
  try {
    made = make()
  } finally {
    runtime.tracer = tracer
  }
  hide(made)
  return made
}
