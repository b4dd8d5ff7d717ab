import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import { ChartUpdates } from '../../../renderer/charts/chart-updates.ts'
import { tickDuration } from '../../../renderer/charts/base.ts'
import { momentAt, placeOf } from '../../../renderer/charts/moment.ts'
import { axisMoment } from '../../../renderer/charts/over-time.ts'
import { Frames } from '../../../renderer/frame/frames.ts'
import { rangeWords } from '../../../renderer/views/range-words.ts'

const range = (from: number, to: number) => ({ from: nanoseconds(from), to: nanoseconds(to) })

describe('charts within frames', () => {
  const make = (costs: number) => {
    let time = 0
    let asked = 0
    let callback: (() => void) | undefined
    const frames = new Frames({
      request: (next) => {
        callback = next
        return ++asked
      },
      cancel: () => (callback = undefined),
      isHidden: false,
      onShown: () => undefined,
    })
    const drawn: string[] = []
    const updates = new ChartUpdates(frames, () => time)
    return {
      updates,
      drawn,
      asked: () => asked,
      request: (name: string) =>
        updates.request(() => {
          drawn.push(name)
          time += costs
        }),
      frame: () => {
        const next = callback
        callback = undefined
        next?.()
      },
    }
  }

  it('leave the frame to the timeline after a few milliseconds, and go on in the next', () => {
    const { request, frame, drawn } = make(4)
    for (const name of ['a', 'b', 'c']) request(name)
    frame()
    expect(drawn).toEqual(['a', 'b'])
    frame()
    expect(drawn).toEqual(['a', 'b', 'c'])
  })

  it('draw the same chart once a frame, however often it is wanted and taken back', () => {
    const { updates, request, frame, drawn, asked } = make(1)
    request('a').dispose()
    request('a')
    frame()
    expect(drawn).toEqual(['a'])
    frame()
    expect(asked()).toBe(1)
    updates.dispose()
    request('late')
    frame()
    expect(drawn).toEqual(['a'])
  })
})

describe('a moment in a chart', () => {
  const plot = { left: 40, right: 240, top: 0, bottom: 100 }

  it('is where the pointer is, there and back', () => {
    expect(momentAt(plot, range(1e9, 3e9), 140)).toBe(2e9)
    expect(placeOf(plot, range(1e9, 3e9), 2e9)).toBe(140)
  })

  it('is none beside the axes, out of range, or before there is a picture', () => {
    expect(momentAt(plot, range(1e9, 3e9), 39)).toBeUndefined()
    expect(placeOf(plot, range(1e9, 3e9), 3.1e9)).toBeUndefined()
    expect(placeOf(plot, range(1e9, 1e9), 1e9)).toBeUndefined()
    expect(momentAt({ ...plot, right: 40 }, range(0, 1), 40)).toBeUndefined()
  })
})

describe('times in words', () => {
  it('tells both ends of a range apart, however short it is', () => {
    expect(rangeWords(range(1.2e9, 1.45e9))).toBe('1.200\u00a0s to 1.450\u00a0s')
    expect(rangeWords(range(1e9, 3e9))).toBe('1.00\u00a0s to 3.00\u00a0s')
    expect(rangeWords(range(0, 4e6))).toBe('0.00\u00a0ms to 4.00\u00a0ms')
    const [from, to] = rangeWords(range(2e9, 2e9 + 3_000)).split(' to ')
    expect(from).not.toBe(to)
    expect(rangeWords(range(7, 9))).toBe('7\u00a0ns to 9\u00a0ns')
  })

  it('uses the unit that the range needs, and no zeros that say nothing', () => {
    expect(axisMoment(range(0, 5e9), 1.5)).toBe('1.5\u00a0s')
    expect(axisMoment(range(1.2e9, 1.2001e9), 1.20005)).toBe('1\u202f200.05\u00a0ms')
    expect(tickDuration(2e9)).toBe('2\u00a0s')
    expect(tickDuration(500e6)).toBe('500\u00a0ms')
    expect(tickDuration(1.5e9)).toBe('1.5\u00a0s')
    expect(tickDuration(0)).toBe('0\u00a0s')
  })
})
