import { describe, expect, it } from 'vitest'
import { parseArguments } from '../../main/cli/arguments.ts'
import { expandCases } from '../../main/cli/cases.ts'
import { runCommandLine } from '../../main/cli/main.ts'
import { checkRequest } from '../../main/demos/check.ts'
import { demos } from '../../main/demos/index.ts'
import type { Verdict } from '../../main/run/contract.ts'
import { nanoseconds } from '../../main/core/units.ts'
import { describeVerdict } from '../../main/cli/verdict-text.ts'
import { fakeHost } from './fake-host.ts'

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')
const parse = (line: string) => parseArguments(line.split(' '))
function manifestOf(id: string) {
  const demo = demos.find((each) => each.manifest.id === id)
  if (demo === undefined) throw new Error(id)
  return demo.manifest
}
const gil = manifestOf('gil-countdown')

describe('cases on the command line', () => {
  it('are other variants and one sweep or two', () => {
    expect(
      parse('run d --others a,b --sweep threads=1,2_000 --sweep held=.1,x --quick'),
    ).toMatchObject({
      value: {
        request: {
          others: ['a', 'b'],
          sweep: [
            { parameter: 'threads', values: [1, 2000] },
            // What is no number stays text, to be refused by name.
            { parameter: 'held', values: [0.1, 'x'] },
          ],
        },
        shorthands: { quick: true },
      },
    })
    const sweep = parse('run d --sweep scaling')
    expect(sweep).toMatchObject({ value: { shorthands: { sweepId: 'scaling' } } })
    expect(sweep).not.toMatchObject({ value: { request: { sweep: [] } } })
  })

  it.each([
    ['--sweep a=1,2 --sweep b=1,2 --sweep c=1,2', 'not 3'],
    ['--sweep scaling --sweep a=1,2', 'Give it alone'],
    ['--others', 'needs a value'],
    ['--others a --others b', 'given twice'],
    ['--quick=yes', 'takes no value'],
  ])('%s is refused', (options, says) => {
    const parsed = parse(`run d ${options}`)
    if (parsed.ok) throw new Error('accepted')
    expect(`${parsed.failure.message} ${parsed.failure.remedy}`).toContain(says)
  })

  it('reach the service checked', async () => {
    const host = fakeHost()
    const line = 'run gil-countdown --others one-thread --sweep threads=1,2 --repeats 2'
    expect(await runCommandLine(line.split(' '), host)).toBe(0)
    expect(host.log.requests[0]).toMatchObject({
      others: ['one-thread'],
      sweep: [{ parameter: 'threads', values: [1, 2] }],
      baseline: false,
    })
    const wrong = fakeHost()
    expect(await runCommandLine('run gil-countdown --sweep threads=1,x'.split(' '), wrong)).toBe(2)
    expect(wrong.log.err).toContain('"threads" must be a number, not "x"')
  })
})

describe('what the demo means', () => {
  const request = { demo: 'gil-countdown', parameters: { threads: 4 }, baseline: true }

  it('quick: its small parameters, once, but for those that were given', () => {
    expect(expandCases(request, gil, { quick: true }, 2)).toMatchObject({
      value: { parameters: { count: 8_000_000, threads: 4 }, repeats: 1 },
    })
    const both = { ...request, parameters: { count: 5_000 }, repeats: 3 }
    expect(expandCases(both, gil, { quick: true }, 2)).toMatchObject({
      value: { parameters: { count: 5_000 }, repeats: 3 },
    })
  })

  it('a sweep that it does not define is refused, with how to write one', () => {
    for (const sweepId of ['threads', 'no-such']) {
      const refused = expandCases(request, gil, { sweepId }, 2)
      if (refused.ok) throw new Error('accepted')
      const { message, remedy } = refused.failure
      expect(message).toContain(sweepId)
      expect(remedy).toMatch(sweepId === 'threads' ? /threads=value,value/ : /./)
    }
  })

  it('its own sweeps can be run, on any machine', () => {
    for (const { manifest } of demos)
      for (const { id } of manifest.sweeps ?? [])
        for (const processors of [1, 2, 16, 128]) {
          const request = { demo: manifest.id, parameters: {}, repeats: 1 }
          const expanded = expandCases(request, manifest, { sweepId: id }, processors)
          if (!expanded.ok) throw new Error(expanded.failure.message)
          // Some have variants for CPython alone.
          const faults = [undefined, { kind: 'cpython', path: '/python3' }].map((engine) => {
            const checked = checkRequest(demos, { ...expanded.value, ...(engine && { engine }) })
            return checked.ok ? '' : `${manifest.id} ${id}: ${checked.failure.message}`
          })
          expect(faults).toContain('')
        }
  })
})

describe('a table of cases', () => {
  const place = { from: nanoseconds(0), to: nanoseconds(1) }
  const verdict: Verdict = {
    ...{ judgement: 'open', headline: 'Found', evidence: [], sentences: ['So it is.'] },
    cases: {
      measure: { what: 'Time', unit: 'ns', better: 'less' },
      cases: [
        { label: 'two-threads-gil?threads=1', values: [1e9], median: 1e9, bottleneck: '', place },
        {
          label: 'two-threads-gil?threads=2',
          values: [2e9, 2e9, 2e9],
          median: 2e9,
          interval: { estimate: 2e9, low: 1.9e9, high: 2.1e9 },
          ratio: { estimate: 2, low: 1.8, high: 2.2 },
          bottleneck: 'the GIL, 49 %',
          place,
        },
      ],
      laws: [
        {
          variant: 'two-threads-gil',
          law: 'Gunther',
          contention: { estimate: 0.5, low: 0.4, high: 0.6 },
          coherence: { estimate: 0.01, low: 0, high: 0.02 },
          peak: { estimate: 7, low: 5, high: 9 },
          ...{ lanes: [], predicted: [], low: [], high: [] },
        },
      ],
    },
  }

  it('has a row for each, with the values that differ, and the law in words', () => {
    const text = plain(describeVerdict(verdict, manifestOf('gil-countdown')))
    const rows = text.split('\n').filter((line) => line.startsWith('  Threads'))
    expect(rows.map((row) => row.trim().split(/ {2,}/))).toEqual([
      ['Threads 1', '1.00 s', '–', '–'],
      ['Threads 2', '2.00 s', '1.90 s to 2.10 s', '2.00 (1.80 to 2.20)', 'the GIL, 49 %'],
    ])
    expect(text).toContain(
      'N threads, one GIL. The universal scalability law: contention 50 % (40 % to 60 %), coherence 1 % (0 % to 2 %), most is done with 7 lanes (5 to 9).',
    )
  })

  it('has no share above all of the work, and says where less is done with more lanes', () => {
    const with_ = (low: number, high: number) => {
      const [law] = verdict.cases?.laws ?? []
      const laws = law && [{ ...law, contention: { estimate: 1.01, low, high } }]
      const told = { ...verdict, cases: { ...verdict.cases, laws } } as Verdict
      return plain(describeVerdict(told, manifestOf('gil-countdown')))
    }
    expect(with_(0.98, 1.03)).toContain('contention 100 % (98 % to 100 %)')
    expect(with_(1.005, 1.03)).toContain('less is done a second with more lanes')
  })

  it('names the variants where they differ, and works for a demo that is not known', () => {
    const [first] = verdict.cases?.cases ?? []
    const cases = [first, { ...first, label: 'one-thread' }].filter((each) => each?.place)
    const table = { ...verdict, cases: { ...verdict.cases, cases, laws: [] } } as Verdict
    const text = describeVerdict(table, manifestOf('gil-countdown'))
    expect(text).toContain('N threads, one GIL; Threads 1')
    expect(text).toContain('  One thread')
    expect(describeVerdict(table, undefined)).toContain('two-threads-gil; threads 1')
  })
})
