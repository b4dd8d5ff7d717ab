import { describe, expect, it } from 'vitest'
import {
  chipsOf,
  fileName,
  longDate,
  recordingTitle,
  shortDate,
  whatIsMissing,
} from '../../../renderer/views/recording-words.ts'

const DEMOS = [{ id: 'gil-countdown', title: 'GIL countdown' }]

describe('how a recording is called', () => {
  it.each([
    ['gil-countdown_2026-11-22T13-33-26-120Z.ilv', 'gil-countdown', 'GIL countdown'],
    ['other-demo_2026-11-22T13-33-26-120Z.ilv', 'other-demo', 'other-demo'],
    ['before-the-change.ilv', 'gil-countdown', 'before-the-change'],
    ['LOUD.ILV', '', 'LOUD'],
  ])('%s of %s: %s', (name, demo, title) => {
    expect(recordingTitle({ name, demo }, DEMOS)).toBe(title)
  })

  it('has no folder, whatever the system’s separator', () => {
    expect(fileName('/home/a/b.ilv')).toBe('b.ilv')
    expect(fileName('C:\\Users\\a\\b.ilv')).toBe('b.ilv')
    expect(fileName('b.ilv')).toBe('b.ilv')
  })
})

describe('when it was made', () => {
  const now = new Date(2026, 0, 9, 18, 5).getTime()
  it.each([
    [new Date(2026, 0, 9, 6, 4), '06:04'],
    [new Date(2026, 0, 2, 6, 4), '2 Jan'],
    [new Date(2025, 11, 31, 23, 59), '31 Dec 2025'],
  ])('%s is %s', (then, words) => {
    expect(shortDate(then.getTime(), now)).toBe(words)
  })

  it('in full', () => {
    expect(longDate(now)).toBe('9 Jan 2026, 18:05')
  })
})

it('parameters have the demo’s names and units where it has them', () => {
  const request = { demo: 'd', variant: 'v', parameters: { wait: 5, other: 12_345 }, repeats: 3 }
  const wait = { id: 'wait', label: 'Wait', unit: 'ms' } as const
  const definition = { ...wait, help: '', kind: 'number', minimum: 0, maximum: 9 } as const
  const chips = chipsOf({ ...request, baseline: false }, [
    { ...definition, default: 1, presets: [] },
  ])
  expect(chips.map(({ label, unit }) => `${label} ${unit}`)).toEqual([
    'Wait ms',
    'other ',
    'Repeats ',
  ])
  expect(chips[1]?.value).toMatch(/^12.345$/)
})

it('what is missing is said once', () => {
  expect(whatIsMissing('The recording was cut short: everything after byte 9 is missing.')).toBe(
    'Everything after byte 9 is missing.',
  )
  expect(whatIsMissing('Something else.')).toBe('Something else.')
})
