import { describe, expect, test } from 'vitest'
import { MemorySegments } from '../../../main/trace/store/segment.ts'
import { EventKind, MarkKind } from '../../../main/trace/model.ts'
import { MachineLoad } from '../../../main/trace/questions/machine-load.ts'
import { TraceSession } from '../../../main/trace/session.ts'
import { start, testRun } from '../support.ts'

const TENTH = 100e6
const at = (time: number, kind: EventKind, resource = 0, words: number[] = [], text = '') => ({
  ...{ time, kind, resource, words, text },
})

/** Two seconds on which all processors are busy for `busy` of each tenth, the program for `own`. */
function load(busy: (tenth: number) => number, own: number, covered = 100_000): MachineLoad {
  const machine = new MachineLoad()
  machine.sample(0, 0, 0)
  for (let tenth = 1; tenth <= 20; tenth++) {
    machine.used(own)
    machine.sample(tenth * TENTH, busy(tenth), covered)
  }
  return machine
}

describe('what other programs used', () => {
  test('is what the processors did less what the program did', () => {
    expect(load(() => 150_000, 100_000).othersIn(0, 1e9)).toBeCloseTo(0.5)
    expect(load(() => 100_000, 100_000).othersIn(0, 1e9)).toBeCloseTo(0)
  })

  test('is told of the section alone, between two samples as well', () => {
    const machine = load((tenth) => (tenth > 10 ? 100_000 : 0), 0)
    expect(machine.othersIn(0, 1e9)).toBeCloseTo(0)
    expect(machine.othersIn(1e9, 2e9)).toBeCloseTo(1)
    expect(machine.othersIn(0.85e9, 1.15e9)).toBeCloseTo(0.5)
  })

  test('is not less than nothing where the two accounts do not agree', () => {
    expect(load(() => 90_000, 100_000).othersIn(0, 1e9)).toBe(0)
  })

  test('is not said where nothing was measured, nor of what is too short or hardly covered', () => {
    expect(new MachineLoad().othersIn(0, 1e9)).toBeUndefined()
    expect(load(() => 100_000, 0).othersIn(0, 250e6)).toBeUndefined()
    expect(load(() => 100_000, 0, 70_000).othersIn(0, 1e9)).toBeUndefined()
    // After its last sample nothing is known.
    expect(load(() => 100_000, 0).othersIn(1.9e9, 3e9)).toBeUndefined()
  })

  test('is the same after it was saved', () => {
    const machine = load((tenth) => tenth * 10_000, 30_000)
    const again = new MachineLoad()
    again.load(structuredClone(machine.save()))
    for (const [from, to] of [
      [0, 1e9],
      [333e6, 1.777e9],
    ] as const)
      expect(again.othersIn(from, to)).toBe(machine.othersIn(from, to))
  })
})

test('a section has it, live and restored, and one of a recording without such events has not', () => {
  const sections = (withLoad: boolean) => {
    const run = testRun()
    run.feed(1, start(0, 11, 'A'))
    run.feed(1, at(0, EventKind.mark, 0, [MarkKind.sectionBegin, 1], 'one'))
    for (let tenth = 0; tenth <= 10; tenth++) {
      run.feed(1, at(tenth * TENTH, EventKind.usage, 0, [tenth > 0 ? 100_000 : 0, 0]))
      if (withLoad)
        run.feed(
          1,
          at(tenth * TENTH, EventKind.load, 0, tenth > 0 ? [170_000, 20_000, 100_000] : []),
        )
    }
    run.feed(1, at(1e9, EventKind.mark, 0, [MarkKind.sectionEnd, 1], 'one'))
    run.session.finish()
    const restored = TraceSession.restore(run.session.snapshot(), new MemorySegments())
    return [run.session, restored].map((session) => session.sectionFigures()[0])
  }
  for (const section of sections(true)) expect(section?.others).toBeCloseTo(0.5)
  for (const section of sections(false)) expect(section).not.toHaveProperty('others')
})
