import { describe, expect, it } from 'vitest'
import { subtitleOf } from '../../../renderer/timeline/names.ts'

const subtitle = (rest: Partial<Parameters<typeof subtitleOf>[0]>) =>
  subtitleOf({ kind: 'lock', name: 'tally', subtitle: 'Lock, program.py:12', ...rest })

describe('the second line of a row', () => {
  it('does not say again what the name or the mark beside it says', () => {
    expect(subtitle({})).toBe('Lock, program.py:12')
    expect(subtitle({ name: 'Lock-1' })).toBe('program.py:12')
    const gil = { kind: 'gil', name: 'GIL', subtitle: 'GIL, estimated' } as const
    expect(subtitle({ ...gil, reading: 'estimated' })).toBe('')
    expect(subtitle({ ...gil, subtitle: 'GIL, process 3', reading: 'measured' })).toBe('process 3')
    expect(subtitle(gil)).toBe('estimated')
  })

  it('of a lane is empty', () => {
    expect(subtitle({ kind: 'lane' })).toBe('')
  })
})
