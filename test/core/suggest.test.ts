import { describe, expect, it } from 'vitest'
import { suggest } from '../../main/core/suggest.ts'

const demos = ['gil-countdown', 'lock-contention', 'sender-receiver-thread']

describe('suggest', () => {
  it.each([
    ['gil-countdwon', 'gil-countdown'],
    ['GIL_Countdown', 'gil-countdown'],
    ['contention', 'lock-contention'],
    ['sender', 'sender-receiver-thread'],
  ])('takes %s for %s', (typed, meant) => expect(suggest(typed, demos)).toBe(meant))

  it.each(['', '…', 'philosophers', 'x'.repeat(10_000)])('has no idea what %s means', (typed) =>
    expect(suggest(typed, demos)).toBeUndefined(),
  )
})
