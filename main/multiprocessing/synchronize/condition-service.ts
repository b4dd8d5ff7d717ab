/** Waiters of conditions between processes, in the runner: first in, first out. */
import type { Service } from '../calls/call-server.ts'
import { integer } from '../calls/check.ts'
import { Registry, Waiters } from './waiters.ts'

export const CONDITIONS = 'conditions'

export function conditionService(): Service {
  const conditions = new Registry<Waiters>()
  const waitersOf = (id: unknown): Waiters => conditions.obtain(integer(id), () => new Waiters())
  const notify = (waiters: Waiters, by: number): boolean =>
    // One that has given up or died in the meantime: the next one gets it.
    waiters.grant(by, () => notify(waiters, by)) !== undefined
  return {
    methods: {
      wait: (caller, id) => waitersOf(id).wait(caller),
      notify: ({ ident }, id, count) => {
        let notified = 0
        while (notified < integer(count) && notify(waitersOf(id), ident)) notified++
        return notified
      },
      notifyAll: ({ ident }, id) => {
        let notified = 0
        while (notify(waitersOf(id), ident)) notified++
        return notified
      },
    },
    reset: () => conditions.clear(),
  }
}
