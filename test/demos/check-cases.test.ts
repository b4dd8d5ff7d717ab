import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkRequest } from '../../main/demos/check.ts'
import { demos } from '../../main/demos/index.ts'
import { MAX_SECTIONS, MAX_SWEEP_VALUES } from '../../main/run/contract.ts'

const gil = { demo: 'gil-countdown' }
const python = { kind: 'cpython', path: '/usr/bin/python3' }
const twice = [
  { parameter: 'threads', values: [1, 2] },
  { parameter: 'steps', values: [1, 10] },
]

const accepted = (request: unknown) => {
  const result = checkRequest(demos, request)
  if (!result.ok) throw new Error(result.failure.message)
  return result.value
}
const refused = (request: unknown, capabilities?: Parameters<typeof checkRequest>[2]) => {
  const result = checkRequest(demos, request, capabilities)
  if (result.ok) throw new Error('accepted')
  return result.failure
}

describe('other variants', () => {
  it('take the place of the baseline', () => {
    const others = ['one-thread', 'two-threads-parallel']
    expect(accepted({ ...gil, others })).toMatchObject({ others, baseline: false })
    expect(accepted({ ...gil, others: [] })).toMatchObject({ baseline: true })
    expect(accepted({ ...gil, others: [] })).not.toHaveProperty('others')
  })

  it.each([
    ['one-thread', 'list', 'name'],
    [['one-thred'], '"one-thred"', 'Did you mean "one-thread"?'],
    [[undefined], 'Unknown variant', 'one-thread'],
    [['two-threads-gil'], 'named twice', 'run anyway'],
    [['one-thread', 'one-thread'], 'named twice', 'once'],
    [['note-one-thread'], 'CPython only', 'interpreter'],
  ])('%j is refused', (others, names, allows) => {
    const { message, remedy } = refused({ ...gil, others })
    expect(message).toContain(names)
    expect(remedy).toContain(allows)
  })

  it('are not run beside a twin', () => {
    const { message, remedy } = refused({ ...gil, others: ['one-thread'], twin: python })
    expect(message).toContain('twin')
    expect(remedy).toContain('Leave out')
  })

  it('have to be possible on this machine', () => {
    const capabilities = { threads: true, processes: false }
    expect(refused({ ...gil, others: ['two-processes'] }, capabilities).kind).toBe('environment')
  })
})

describe('a sweep', () => {
  it('keeps its axes and the baseline', () => {
    expect(accepted({ ...gil, sweep: twice })).toMatchObject({ sweep: twice, baseline: true })
    expect(accepted({ ...gil, sweep: [] })).not.toHaveProperty('sweep')
    expect(accepted({ ...gil, sweep: twice.slice(1), others: ['one-thread'] })).toMatchObject({
      others: ['one-thread'],
      sweep: twice.slice(1),
    })
  })

  const axis = (values: unknown, parameter: unknown = 'threads') => [{ parameter, values }]
  const many = Array.from({ length: MAX_SWEEP_VALUES + 1 }, (_, index) => index + 1)
  it.each([
    ['threads', 'list of parameters', 'list of values'],
    [[...twice, { parameter: 'count', values: [1_000, 2_000] }], 'not 3', 'list of values'],
    [['threads'], 'not "threads"', 'parameter'],
    [[{ parameter: 'threads', value: [1, 2] }], '"value"', 'Did you mean "values"?'],
    [axis([1, 2], 'thread'), '"thread"', 'Did you mean "threads"?'],
    [axis([1, 2], 3), 'not 3', 'threads'],
    [axis('1,2'), 'must be a list', 'from 1 to 16'],
    [axis([1, 17]), 'out of bounds: 17', 'from 1 to 16'],
    [axis([1, 2.5]), 'whole number', 'from 1 to 16'],
    [axis([1, '2']), 'not "2"', 'from 1 to 16'],
    [axis([1, 1]), 'given twice', 'once'],
    [axis([1]), 'cannot have 1 value', '2 to 24'],
    [axis([]), 'cannot have 0 values', '2 to 24'],
    [
      axis(many, 'count').map((each) => ({ ...each, values: many.map((n) => n * 1_000) })),
      '25',
      '2 to 24',
    ],
    [[...axis([1, 2]), ...axis([3, 4])], 'swept twice', 'at once'],
  ])('%j is refused', (sweep, names, allows) => {
    const { kind, message, remedy } = refused({ ...gil, sweep })
    expect(kind).toBe('usage')
    expect(message).toContain(names)
    expect(remedy).toContain(allows)
  })

  it('is not run with a twin', () => {
    expect(refused({ ...gil, sweep: twice, twin: python }).message).toContain('twin')
  })

  it('is refused where a program is run as it stands, with those that have parameters', () => {
    const note = { ...gil, variant: 'note-two-threads', engine: python, sweep: twice }
    const { message, remedy } = refused(note)
    expect(message).toContain('nothing to sweep')
    expect(remedy).toContain('two-threads-gil')
    expect(remedy).not.toContain('note-')
    // A baseline, or another variant, that takes none is as bad.
    const other = { ...gil, engine: python, others: ['note-one-thread'], sweep: twice }
    expect(refused(other).message).toContain('"note-one-thread"')
  })

  it('has no more sections than a run may have', () => {
    const values = Array.from({ length: 16 }, (_, index) => index + 1)
    const wide = { ...gil, sweep: axis(values) }
    expect(accepted({ ...wide, repeats: 15 })).toMatchObject({ repeats: 15 })
    const { message, remedy } = refused({ ...wide, repeats: 16 })
    expect(message).toContain('512 sections: 2 variants × 16 values of "threads" × 16 repeats')
    expect(message).toContain(String(MAX_SECTIONS))
    expect(remedy).toContain('at most 15 repeats')
    const wider = [...axis(values), { parameter: 'steps', values: [...values, 20, 30] }]
    expect(refused({ ...gil, sweep: wider, repeats: 1 }).remedy).toContain('fewer values')
  })

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true }), fc.array(fc.anything()), (one, list) => {
        for (const value of [one, list, [{ parameter: 'threads', values: list }]]) {
          expect(typeof checkRequest(demos, { ...gil, sweep: value }).ok).toBe('boolean')
          expect(typeof checkRequest(demos, { ...gil, others: value }).ok).toBe('boolean')
        }
      }),
      { seed: 5 },
    )
  })
})
