import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { answeredQuestions, openQuestions } from '../../../renderer/session/prediction-words.ts'
import { Predictions, questionsOf } from '../../../renderer/session/predictions.svelte.ts'

const demo = {
  id: 'countdown',
  questions: [
    {
      id: 'time',
      text: 'How long?',
      options: [
        { id: 'shorter', label: 'Clearly less' },
        { id: 'same', label: 'About the same' },
      ],
      variants: ['two'],
    },
    { id: 'any', text: 'Really?', options: [{ id: 'yes', label: 'Yes' }] },
  ],
}

/** As a window has it. */
class Kept {
  readonly #items = new Map<string, string>()
  getItem(key: string): string | null {
    return this.#items.get(key) ?? null
  }
  setItem(key: string, value: string): void {
    this.#items.set(key, value)
  }
}

beforeEach(() => vi.stubGlobal('localStorage', new Kept()))
afterEach(() => vi.unstubAllGlobals())

describe('predictions', () => {
  test('are kept by demo and variant, and outlive the window', () => {
    const predictions = new Predictions()
    predictions.choose('countdown', 'two', 'time', 'same')
    const later = new Predictions()
    expect(later.of('countdown', 'two', 'time')).toBe('same')
    expect(later.of('countdown', 'one', 'time')).toBeUndefined()
    expect(later.of('other', 'two', 'time')).toBeUndefined()
  })

  test('are taken back by the same option again', () => {
    const predictions = new Predictions()
    predictions.choose('countdown', 'two', 'time', 'same')
    predictions.choose('countdown', 'two', 'time', 'shorter')
    expect(predictions.of('countdown', 'two', 'time')).toBe('shorter')
    predictions.choose('countdown', 'two', 'time', 'shorter')
    expect(new Predictions().of('countdown', 'two', 'time')).toBeUndefined()
  })

  test('a storage that holds something else is as good as an empty one', () => {
    localStorage.setItem('interleave.predictions', '{"countdown two": ["same"], "x": {"time": 3}}')
    const predictions = new Predictions()
    expect(predictions.of('countdown', 'two', 'time')).toBeUndefined()
    expect(predictions.of('x', '', 'time')).toBeUndefined()
  })

  test('are asked before the variants that the question is about', () => {
    expect(questionsOf(demo, 'two').map(({ id }) => id)).toEqual(['time', 'any'])
    expect(questionsOf(demo, 'one').map(({ id }) => id)).toEqual(['any'])
    expect(questionsOf({}, 'one')).toEqual([])
  })
})

describe('answers', () => {
  const answers = [
    { question: 'time', option: 'same', because: 'it took as long.' },
    { question: 'gone', option: 'same', because: 'of an older demo' },
    { question: 'any', option: 'gone', because: 'of an older demo' },
  ]

  test('say what was said beside what was measured; of unknown questions nothing', () => {
    const predictions = new Predictions()
    predictions.choose('countdown', 'two', 'time', 'shorter')
    expect(openQuestions(demo, 'two', answers, predictions)).toEqual([])
    expect(openQuestions(demo, 'two', [], predictions)).toHaveLength(1)
    expect(answeredQuestions(demo, 'two', answers, predictions)).toEqual([
      {
        id: 'time',
        text: 'How long?',
        said: 'Clearly less',
        measured: 'About the same',
        because: 'it took as long.',
      },
    ])
  })

  test('without a prediction say what was measured', () => {
    const [answer] = answeredQuestions(demo, 'two', answers, new Predictions())
    expect(answer).toMatchObject({ said: undefined, measured: 'About the same' })
  })
})
