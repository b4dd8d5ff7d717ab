import { describe, expect, it } from 'vitest'
import { toCsv } from '../../../main/export/csv.ts'
import { pointsOf } from '../../../main/demos/sweeps.ts'
import type { CaseTable, RunRequest } from '../../../main/run/contract.ts'
import { caseBarsChart } from '../../../renderer/charts/case-bars.ts'
import { chartsOfCases } from '../../../renderer/charts/case-charts.ts'
import { caseShape, gridOf, needsLogarithm } from '../../../renderer/charts/cases.ts'
import { lawWords } from '../../../renderer/charts/laws-chart.ts'
import { seriesLook } from '../../../renderer/charts/series-look.ts'
import { fakeCases } from '../../../renderer/hosts/fake-cases.ts'
import { FAKE_DEMOS } from '../../../renderer/hosts/fake-demos.ts'
import { contrast, parseColour } from '../../../renderer/theme/colour.ts'
import { readTokens } from '../theme/tokens.ts'

const demo = FAKE_DEMOS.find(({ id }) => id === 'lock-contention')
if (!demo) throw new Error('no demo')
const request: RunRequest = {
  demo: demo.id,
  variant: 'one-lock',
  parameters: { threads: 4, held: 1, outside: 1, rounds: 10 },
  repeats: 3,
  baseline: false,
}
const tableOf = (change: Partial<RunRequest>): CaseTable =>
  fakeCases({ ...request, ...change }, 1, 1e9)
const status = { unit: 'rounds' }
const chartsOf = (table: CaseTable) =>
  chartsOfCases({ table, demo, status, processors: 2 }).map(({ id }) => id)

const threads = { parameter: 'threads', values: [1, 2, 4, 8] }
const held = { parameter: 'held', values: [0.1, 1, 10] }

describe('cases of a run', () => {
  it('of variants alone are bars; every repeat is in the table', () => {
    const table = tableOf({ others: ['own-locks'] })
    expect(chartsOf(table)).toEqual(['cases'])
    const model = caseBarsChart(table, demo)
    expect(model.spoken).toContain('One lock for all: median')
    expect(toCsv(model.header, model.records).trim().split('\n')).toHaveLength(1 + 2 * 3)
  })

  it('of a sweep over lanes are their law; curves stand beside it where it does not show them', () => {
    const over = tableOf({ sweep: [threads] })
    expect(chartsOf(over)).toEqual(['scaling'])
    expect(chartsOf({ ...over, measure: { what: 'Latency', unit: 'ns', better: 'less' } })).toEqual(
      ['scaling', 'sweep'],
    )
    const two = tableOf({ sweep: [threads], others: ['own-locks'] })
    expect(chartsOf({ ...two, laws: two.laws?.slice(0, 1) ?? [] })).toEqual(['scaling', 'sweep'])
    expect(chartsOf(tableOf({ sweep: [held] }))).toEqual(['sweep'])
  })

  it('have a line for each variant, by ascending value, whatever the order they ran in', () => {
    const { cases, ...rest } = tableOf({ others: ['own-locks'], sweep: [threads] })
    const shape = caseShape({ ...rest, cases: cases.toReversed() }, demo)
    expect(shape.lines.map(({ label }) => label)).toEqual(['A lock each', 'One lock for all'])
    for (const { points } of shape.lines)
      expect(points.map(({ at }) => at[0])).toEqual(threads.values)
  })

  it('of two parameters have a line for each value of the second, and a cell for each pair', () => {
    const table = tableOf({ sweep: [threads, held] })
    const shape = caseShape(table, demo)
    expect(shape.lines.map(({ label }) => label)).toEqual([
      'held 0.1\u00a0ms',
      'held 1\u00a0ms',
      'held 10\u00a0ms',
    ])
    const grid = gridOf(shape, 'one-lock')
    expect(grid.columns).toEqual(threads.values)
    const cells = grid.rows.flatMap((row) => row.cells.map((cell) => ({ row: row.value, cell })))
    expect(cells).toHaveLength(pointsOf([threads, held]).length)
    const heats = cells.map(({ cell }) => cell?.heat ?? 0)
    expect([Math.min(...heats), Math.max(...heats)]).toEqual([1, 5])
    const most = cells.reduce((one, other) =>
      (other.cell?.figure.median ?? 0) > (one.cell?.figure.median ?? 0) ? other : one,
    )
    expect(most.cell?.heat).toBe(5)
  })

  it('that did not all run leave a gap, not a crash', () => {
    const { cases, ...rest } = tableOf({ sweep: [threads, held] })
    const shape = caseShape({ ...rest, cases: cases.slice(0, 5) }, demo)
    const cells = gridOf(shape, 'one-lock').rows.flatMap((row) => row.cells)
    expect(cells).toContain(undefined)
    expect(chartsOf({ ...rest, cases: [] })).toEqual(['cases'])
  })

  it('of a demo that is not here any more are shown by their names', () => {
    const table = tableOf({ sweep: [{ parameter: 'gone', values: [1, 2] }] })
    expect(caseShape(table, demo).axes[0]?.label).toBe('gone')
  })
})

describe('an axis', () => {
  it('is logarithmic only where values span decades and none is 0', () => {
    expect(needsLogarithm([0.1, 1, 10])).toBe(true)
    expect(needsLogarithm([1, 2, 4, 8])).toBe(false)
    expect(needsLogarithm([0, 1, 100])).toBe(false)
    expect(needsLogarithm([1, 100])).toBe(false)
  })
})

describe('a fitted law', () => {
  const [law] = tableOf({ sweep: [threads] }).laws ?? []
  if (!law) throw new Error('no law')

  it('falls only where all of its interval does, and has no share above all of it', () => {
    const alone = (low: number, high: number) =>
      lawWords({ ...law, law: 'Amdahl', contention: { estimate: 1.01, low, high } }, 'threads')
    expect(alone(0.98, 1.03)).toMatch(/practically all \(98.0.% to 100.%\)/)
    expect(alone(0.5, 1.03)).toMatch(/ 100.% \(50.0.% to 100.%\)/)
    expect(alone(1.005, 1.03)).toContain('falls with more threads')
  })

  it('says its figures with their intervals, and the peak', () => {
    expect(lawWords(law, 'threads')).toMatch(/contention 0\.08 \(0\.056 to 0\.1\).* predicted at/)
  })
  it('without a peak or coherence says none', () => {
    const { peak: _, ...rest } = law
    expect(lawWords(rest, 'threads')).not.toContain('predicted')
    const none = { estimate: 0, low: 0, high: 0 }
    expect(lawWords({ ...rest, coherence: none }, 'threads')).toContain('Amdahl')
  })
  it('shows as measured only what is work a second', () => {
    const table = tableOf({ sweep: [threads] })
    const ratesOf = (given: CaseTable) =>
      chartsOfCases({ table: given, demo, status, processors: 2 })
        .find(({ id }) => id === 'scaling')
        ?.records.map((record) => record[2])
    expect(ratesOf(table)).not.toContain(undefined)
    const latency = { what: 'Latency', unit: 'ns', better: 'less' } as const
    expect(ratesOf({ ...table, measure: latency })?.every((each) => each === undefined)).toBe(true)
  })
})

describe('lines of variants', () => {
  it.each(['dark', 'light'] as const)('can be seen and told from states on %s', (theme) => {
    const palette = readTokens(theme)
    const looks = Array.from({ length: 6 }, (_, index) => seriesLook(palette, index))
    for (const { colour } of looks) {
      expect(contrast(parseColour(colour), parseColour(palette.panel))).toBeGreaterThan(3)
      for (const state of palette.states) expect([state.fill, state.edge]).not.toContain(colour)
    }
    expect(
      new Set(looks.map(({ colour, dash, mark }) => `${colour}${dash.join()}${mark}`)).size,
    ).toBe(6)
  })
})
