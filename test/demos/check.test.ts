import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkRequest } from '../../main/demos/check.ts'
import { demos, findDemo } from '../../main/demos/index.ts'
import { MAX_REPEATS } from '../../main/run/contract.ts'

const refused = (request: unknown, capabilities?: Parameters<typeof checkRequest>[2]) => {
  const result = checkRequest(demos, request, capabilities)
  if (result.ok) throw new Error('accepted')
  return result.failure
}

const gil = { demo: 'gil-countdown' }

describe('checkRequest', () => {
  it('fills in every default', () => {
    expect(checkRequest(demos, gil)).toEqual({
      ok: true,
      value: {
        demo: 'gil-countdown',
        variant: 'two-threads-gil',
        parameters: { count: 50_000_000, threads: 2, steps: 40, switchInterval: 5 },
        repeats: 5,
        baseline: true,
      },
    })
  })

  it.each([
    [undefined, 'object', 'demo'],
    [[], 'object', 'demo'],
    [{}, 'names no demo', 'gil-countdown'],
    [{ demo: 'gil-countdwon' }, '"gil-countdwon"', 'Did you mean "gil-countdown"?'],
    [{ ...gil, variant: 'two-thread' }, '"two-thread"', 'two-threads-gil'],
    [{ ...gil, variant: 7 }, 'not 7', 'one-thread'],
    [{ ...gil, parameters: 'count=1' }, 'not "count=1"', 'name=value'],
    [{ ...gil, parameters: { thread: 2 } }, '"thread"', 'Did you mean "threads"?'],
    [{ ...gil, parameters: { threads: '2' } }, 'not "2"', 'from 1 to 16'],
    [{ ...gil, parameters: { threads: 2.5 } }, 'whole number', 'from 1 to 16'],
    [{ ...gil, parameters: { threads: NaN } }, 'not NaN', 'from 1 to 16'],
    [{ ...gil, parameters: { threads: 17 } }, 'out of bounds: 17', 'from 1 to 16'],
    [{ ...gil, parameters: { switchInterval: 0 } }, 'out of bounds: 0', '0.1 to 1000 ms'],
    [{ ...gil, repeats: 0 }, 'cannot be 0', `1 to ${MAX_REPEATS}`],
    [{ ...gil, repeats: 1e9 }, 'cannot be 1000000000', `1 to ${MAX_REPEATS}`],
    [{ ...gil, baseline: 'no' }, 'not "no"', 'true or false'],
    [{ ...gil, repeat: 2 }, '"repeat"', 'Did you mean "repeats"?'],
  ])('refuses %j, names the thing and says what is allowed', (request, names, allows) => {
    const { kind, message, remedy } = refused(request)
    expect(kind).toBe('usage')
    expect(message).toContain(names)
    expect(remedy).toContain(allows)
  })

  it('is not taken in by names that every object has', () => {
    for (const name of ['constructor', 'toString', '__proto__']) {
      const parameters: unknown = JSON.parse(`{"${name}": 1}`)
      expect(refused({ ...gil, parameters }).message).toContain(`"${name}"`)
      expect(refused({ demo: name }).message).toContain(`"${name}"`)
    }
  })

  it('keeps an endless name out of its sentence', () => {
    expect(refused({ demo: 'x'.repeat(1e6) }).message.length).toBeLessThan(100)
    expect(refused({ demo: 'a\nb' }).message).not.toContain('\n')
  })

  it('says what the machine lacks, and what can be run instead', () => {
    const request = { demo: 'gil-countdown', variant: 'two-processes' }
    const { kind, message, remedy } = refused(request, { threads: true, processes: false })
    expect(kind).toBe('environment')
    expect(message).toContain('needs processes')
    expect(remedy).toContain('one-thread')
    expect(remedy).not.toContain('two-processes')
  })

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (request) => {
        const result = checkRequest(demos, request)
        expect(result.ok).toBe(false)
      }),
      { seed: 3 },
    )
    fc.assert(
      fc.property(fc.anything({ withBigInt: true }), (value) => {
        const request = { ...gil, variant: value, parameters: { count: value }, repeats: value }
        expect(typeof checkRequest(demos, request).ok).toBe('boolean')
      }),
      { seed: 4 },
    )
  })
})

describe('the demos', () => {
  it.each(demos)('$manifest.id is consistent', ({ manifest, work }) => {
    const variants = manifest.variants.map(({ id }) => id)
    expect(variants).toContain(manifest.defaultVariant)
    for (const { baseline } of manifest.variants)
      if (baseline !== undefined) expect(variants).toContain(baseline)
    for (const definition of manifest.parameters)
      for (const value of [definition.default, ...definition.presets]) {
        expect(value).toBeGreaterThanOrEqual(definition.minimum)
        expect(value).toBeLessThanOrEqual(definition.maximum)
        if (definition.kind === 'integer') expect(value).toBe(Math.round(value))
      }
    const checked = checkRequest(demos, { demo: manifest.id })
    if (!checked.ok) throw new Error(checked.failure.message)
    for (const variant of variants)
      expect(work(checked.value.parameters, variant)).toBeGreaterThan(0)
    if (manifest.variants.some(({ gil: emulated }) => emulated))
      expect(manifest.parameters.map(({ id }) => id)).toContain('switchInterval')
    expect(findDemo(manifest.id)?.manifest).toBe(manifest)
  })
})
