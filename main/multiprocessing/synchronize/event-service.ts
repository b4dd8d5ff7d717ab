/** Events between processes, in the runner. */
import type { Service } from '../calls/call-server.ts'
import { integer } from '../calls/check.ts'
import { Registry, Waiters } from './waiters.ts'

export const EVENTS = 'events'

interface Flag {
  isSet: boolean
  readonly waiters: Waiters
}

export function eventService(): Service {
  const flags = new Registry<Flag>()
  const flagOf = (id: unknown): Flag =>
    flags.obtain(integer(id), () => ({ isSet: false, waiters: new Waiters() }))
  return {
    methods: {
      isSet: (_caller, id) => flagOf(id).isSet,
      set: ({ ident }, id) => {
        const flag = flagOf(id)
        flag.isSet = true
        // All who wait now, also if it is cleared before they have woken up.
        flag.waiters.answerAll(() => ident)
      },
      clear: (_caller, id) => {
        flagOf(id).isSet = false
      },
      wait: (caller, id) => (flagOf(id).isSet ? 0 : flagOf(id).waiters.wait(caller)),
    },
    reset: () => flags.clear(),
  }
}
