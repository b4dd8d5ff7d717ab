import { describe, expect, it } from 'vitest'
import { demos } from '../../main/demos/index.ts'
import {
  findTerm,
  matchingTerms,
  partsWithTerms,
  TERMS,
  wordsOf,
} from '../../main/glossary/index.ts'

describe('the glossary', () => {
  it('has one entry a term: no id, and no word, stands for two', () => {
    const ids = TERMS.map(({ id }) => id)
    const words = TERMS.flatMap((term) => wordsOf(term).map((word) => word.toLowerCase()))
    expect(new Set(ids).size).toBe(ids.length)
    expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([])
  })

  it.each(TERMS)('$id leads to terms and demos that there are, and is led to', (term) => {
    const known = new Set(demos.map(({ manifest }) => manifest.id))
    for (const other of term.see ?? []) expect(findTerm(other)?.id).toBe(other)
    expect((term.demos ?? []).filter((demo) => !known.has(demo))).toEqual([])
    const leads = TERMS.some(({ see }) => see?.includes(term.id))
    expect(leads || (term.demos ?? []).length > 0).toBe(true)
  })

  it('is found by id, by name in any case, and by other words', () => {
    expect(findTerm('convoy-effect')?.name).toBe('Convoy effect')
    expect(findTerm('gil')?.id).toBe('gil')
    expect(findTerm("amdahl's law")?.id).toBe('amdahls-law')
    expect(findTerm('backpressure')?.id).toBe('back-pressure')
    expect(findTerm('constellation')).toBeUndefined()
  })

  it('puts terms before those that only mention the word', () => {
    const found = matchingTerms('starvation').map(({ id }) => id)
    expect(found[0]).toBe('starvation')
    expect(matchingTerms('').length).toBe(TERMS.length)
    expect(matchingTerms('zebra crossing')).toEqual([])
  })
})

describe('terms in texts', () => {
  const marked = (text: string) =>
    partsWithTerms(text).flatMap(({ text: word, term }) => (term ? [`${word}:${term}`] : []))

  it('are marked as whole words, the longest that fits, once each', () => {
    expect(marked('The GIL, again the GIL, and contention.')).toEqual([
      'GIL:gil',
      'contention:contention',
    ])
    expect(marked('A reader-writer lock may starve its writers.')).toEqual([
      'reader-writer lock:reader-writer-lock',
      'starve:starvation',
    ])
    expect(marked('Gilbert ran eventually; uncontended.')).toEqual([])
  })

  it('leave the text as it was, to the last character', () => {
    for (const { manifest } of demos)
      for (const text of [manifest.summary, ...manifest.lookFor])
        expect(
          partsWithTerms(text)
            .map((part) => part.text)
            .join(''),
        ).toBe(text)
  })
})
