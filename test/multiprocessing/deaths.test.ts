/** A thread that dies inside a queue between processes is outlived by its process. */
import { describe, test } from 'vitest'
import { openRun } from '../support/processes.ts'

/** Numbers of calls of Atomics after which it dies, before and after each: up to a whole put or get. */
const RANGES = [0, 12, 24, 36].map((from) => ({ from, to: from + 12 }))

describe.each(['put', 'get'])('a thread dies in %s', (action) => {
  test.each(RANGES)(
    'the next one takes its mutex over, and no other item is lost: calls $from to $to',
    async ({ from, to }) => {
      const run = openRun()
      await run.runOf('deaths', 'outliveProcessQueueUser', action, from, to)
    },
  )
})
