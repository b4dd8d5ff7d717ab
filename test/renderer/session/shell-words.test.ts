import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseWords, showWords } from '../../../renderer/session/shell-words.ts'

const words = (text: string, isWindows = false) => {
  const parsed = parseWords(text, isWindows)
  return parsed.ok ? parsed.value : parsed.failure
}

describe('arguments as they are typed', () => {
  it.each([
    ['', []],
    ['  \t ', []],
    ['a  b\tc\nd', ['a', 'b', 'c', 'd']],
    [`--name='Ada L.' "two words"`, ['--name=Ada L.', 'two words']],
    [`'' ""`, ['', '']],
    [`a'b'"c"d`, ['abcd']],
    [`it\\'s a\\ b`, ["it's", 'a b']],
    [`"say \\"hi\\" \\n"`, ['say "hi" \\n']],
    [`'back\\slash'`, ['back\\slash']],
    ['* ~ $HOME `ls` ; rm', ['*', '~', '$HOME', '`ls`', ';', 'rm']],
  ])('%s is read as a shell would, and nothing of it is expanded', (text, expected) => {
    expect(words(text)).toEqual(expected)
  })

  it.each([`"open`, `it's`, `a "b c' d`])('%s is refused: its quote is not closed', (text) => {
    expect(words(text)).toMatch(/not closed/)
  })

  it('a backslash at the end would swallow what is not there', () => {
    expect(words('folder\\')).toMatch(/backslash/)
    expect(words(`'folder\\'`)).toEqual(['folder\\'])
  })

  it('a backslash parts folders on Windows', () => {
    expect(words('C:\\data\\in.txt', true)).toEqual(['C:\\data\\in.txt'])
    expect(words('\\"x', true)).toEqual(['"x'])
  })

  it('are read back as they were shown, whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (given) => {
        expect(words(showWords(given))).toEqual(given)
      }),
      { seed: 5, numRuns: 200 },
    )
  })
})
