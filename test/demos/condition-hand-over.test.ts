import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import type { VerdictInput } from '../../main/demos/demo.ts'
import { demo } from '../../main/demos/condition-hand-over/demo.ts'
import { manifest } from '../../main/demos/condition-hand-over/manifest.ts'
import { answer, judge } from '../../main/demos/condition-hand-over/verdict.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import { OutputStream, ResourceKind } from '../../main/trace/model.ts'
import { section } from './figures.ts'

const SECOND = 1e9
const PARAMETERS = {
  items: 200,
  produce: 0.5,
  consume: 0.5,
  window: 100,
  timeout: 0.05,
  consumers: 1,
}

const handOver = (variant: string, lost = 0, forNothing = 0, elapsed = 1) =>
  section({
    ...{ variant, elapsed: elapsed * SECOND },
    counters: [
      {
        ...{ track: 9, name: 'changed', kind: ResourceKind.condition, capacity: 0, used: 20 },
        ...{ contended: 20, maximum: 1, waitedFor: 0, longestWait: 5, users: [] },
        longestAt: { track: 2, from: nanoseconds(3), to: nanoseconds(8) },
      },
    ],
    output: [
      {
        stream: OutputStream.out,
        // CPython writes a line's end by itself: two lines may come as one.
        text: `consumer 1: 150 items, ${lost} times asleep beside one, ${forNothing} times up for nothingconsumer 2: 50 items, 0 times asleep beside one, 0 times up for nothing`,
      },
    ],
  })

function said(variant: string, sections: VerdictInput['sections'], consumers = 1) {
  const parameters = { ...PARAMETERS, consumers }
  const verdict = judge({ variant, parameters, cutShort: false, sections })
  const words = [verdict.headline, ...verdict.sentences.map(sentenceText)].join('\n')
  return { ...verdict, text: words.replaceAll(/[\u00a0\u202f]/g, ' ') }
}

describe('looked at outside the lock', () => {
  it('loses wake-ups: counted, with what they cost and where one is to be seen', () => {
    const verdict = said('outside', [handOver('outside', 12), handOver('correct')])
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.headline).toContain('12 of 200\u00a0items'.replace('\u00a0', ' '))
    expect(verdict.text).toContain('Each cost the timeout of 50.0 ms: 600 ms of 1.00 s')
    expect(verdict.text).toContain('none was in vain, of 200 items')
    expect(verdict.evidence).toContainEqual({
      ...{ label: 'Asleep beside an item', value: '12' },
      place: { track: 2, from: 3, to: 8 },
    })
  })

  it('need not have been the end where another consumer may come by', () => {
    const verdict = said('outside', [handOver('outside', 12)], 2)
    expect(verdict.text).toContain('Each of them slept for its whole timeout, 50.0 ms')
    expect(verdict.text).not.toContain('would have been the end')
  })

  it('may lose none, and is wrong all the same', () => {
    const verdict = said('outside', [handOver('outside')])
    expect(verdict.judgement).toBe('no difference shown')
    expect(verdict.text).toContain('does not mean that it cannot happen')
    expect(verdict.text).not.toContain('Each cost')
  })
})

describe('only if', () => {
  it('wakes consumers for nothing', () => {
    const verdict = said('only-if', [handOver('only-if', 0, 30)])
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.headline).toContain('30 times a consumer was woken for nothing')
  })
  it('is not blamed for what did not happen', () => {
    const verdict = said('only-if', [handOver('only-if', 3)])
    expect(verdict.judgement).toBe('no difference shown')
    expect(verdict.text).not.toContain('cost the timeout')
  })
  it('is compared with as many consumers', () => {
    const sections = [handOver('only-if', 0, 30), handOver('correct-three')]
    expect(said('only-if', sections).text).toContain('none was in vain, of 200 items')
    expect(said('only-if', [handOver('only-if', 0, 30), handOver('correct')]).text).not.toContain(
      'With a loop',
    )
    const { variants } = manifest
    expect(variants.find(({ id }) => id === 'only-if')?.baseline).toBe('correct-three')
  })
})

describe('the correct ones', () => {
  it.each([
    ['correct', 0, 0, 'as expected'],
    ['correct', 1, 0, 'not as expected'],
    ['correct', 0, 1, 'not as expected'],
    ['queue', 0, 0, 'as expected'],
  ])('%s, %d lost, %d in vain: %s', (variant, lost, forNothing, judgement) =>
    expect(said(variant, [handOver(variant, lost, forNothing)]).judgement).toBe(judgement),
  )
  it('are accused where they fail beside the wrong one', () =>
    expect(said('outside', [handOver('outside', 2), handOver('correct', 1)]).text).toContain(
      'this should not be',
    ))
  it('say nothing when nobody told anything', () =>
    expect(said('correct', [section({ variant: 'correct', elapsed: SECOND })]).judgement).toBe(
      'open',
    ))
})

describe('which line', () => {
  const ask = (question: string, variant: string, sections: VerdictInput['sections']) =>
    answer(question, { variant, parameters: PARAMETERS, cutShort: false, sections })

  it('is answered by what was measured', () => {
    const found = ask('outside-line', 'outside', [handOver('outside', 12), handOver('correct')])
    expect(found?.option).toBe('look')
    expect(sentenceText(found?.because ?? '')).toContain('12 times in a run')
    expect(sentenceText(found?.because ?? '')).toContain('under the lock, in a loop, had none')
    const others = [handOver('only-if', 0, 30), handOver('correct-three')]
    expect(ask('if-line', 'only-if', others)?.option).toBe('look')
  })

  it('has no answer where the mistake did not show, or the correct program made it, too', () => {
    expect(ask('outside-line', 'outside', [handOver('outside')])).toBeUndefined()
    expect(ask('if-line', 'only-if', [handOver('only-if', 5)])).toBeUndefined()
    const both = [handOver('outside', 12), handOver('correct', 1)]
    expect(ask('outside-line', 'outside', both)).toBeUndefined()
    const three = [handOver('only-if', 0, 5), handOver('correct-three', 0, 1)]
    expect(ask('if-line', 'only-if', three)).toBeUndefined()
  })

  it('is asked about lines that are there', () => {
    const path = '../../main/demos/condition-hand-over/program.ts'
    const lines = readFileSync(join(import.meta.dirname, path), 'utf8')
      .split('\n')
      .map((line) => line.trim())
    for (const { options } of manifest.questions ?? [])
      for (const { label } of options) expect(lines).toContain(label)
  })
})

describe('what it takes at least', () => {
  const seconds = (variant: string, more: Partial<typeof PARAMETERS>) =>
    demo.estimate?.({ ...PARAMETERS, ...more }, variant).seconds ?? 0

  it('is also the window, but in a queue, which has none', () => {
    const wide = { items: 100_000, window: 10_000 }
    expect(seconds('correct', wide)).toBeCloseTo(1_025)
    expect(seconds('queue', wide)).toBeCloseTo(25)
  })
  it('is also timeouts, where wake-ups are lost', () => {
    const long = { items: 100_000, timeout: 2, window: 1_000 }
    expect(seconds('outside', long)).toBeGreaterThan(10_000)
    expect(seconds('only-if', long)).toBeLessThan(200)
    expect(seconds('outside', { ...long, consumers: 3 })).toBeLessThan(200)
    expect(seconds('outside', { ...long, window: 0 })).toBeLessThan(200)
  })
})
