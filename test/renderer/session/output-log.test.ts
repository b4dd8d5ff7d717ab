import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import type { OutputLine } from '../../../main/run/contract.ts'
import { OutputLog } from '../../../renderer/session/output-log.svelte.ts'

const lines = (from: number, to: number): OutputLine[] =>
  Array.from({ length: to - from }, (_, index) => ({
    time: nanoseconds(from + index),
    lane: 'MainThread',
    stream: 'out',
    text: String(from + index),
  }))

describe('what a run printed', () => {
  it('two fetches of the same lines do not show them twice', () => {
    const log = new OutputLog()
    log.take({ lines: lines(0, 3), total: 3 }, 0)
    log.take({ lines: lines(0, 3), total: 3 }, 0)
    expect(log.lines.map(({ text }) => text)).toEqual(['0', '1', '2'])
  })

  it('a long output does not fill the memory: the oldest lines go, and are counted', () => {
    const log = new OutputLog(100)
    for (let from = 0; from < 1_000; from += 60)
      log.take({ lines: lines(from, from + 60), total: 1_020 }, log.fetched)
    expect(log.lines).toHaveLength(100)
    expect(log.dropped).toBe(920)
    expect(log.fetched).toBe(1_020)
    expect(log.lines.at(-1)?.text).toBe('1019')
  })

  it('asks on while there is more, and not without end', () => {
    const log = new OutputLog()
    expect(log.take({ lines: lines(0, 5), total: 9 }, 0)).toBe(true)
    expect(log.take({ lines: [], total: 9 }, 5)).toBe(false)
    expect(log.take({ lines: lines(5, 9), total: 9 }, 5)).toBe(false)
  })
})
