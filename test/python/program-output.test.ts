import { describe, expect, test } from 'vitest'
import { LineSplitter } from '../../main/python/program/lines.ts'
import { ProgramOutput } from '../../main/python/program/output.ts'
import { OutputStream } from '../../main/trace/model.ts'

function split(...chunks: readonly (string | Buffer)[]): string[] {
  const lines: string[] = []
  const splitter = new LineSplitter((line) => lines.push(line))
  for (const chunk of chunks) splitter.take(Buffer.from(chunk))
  splitter.flush()
  return lines
}

describe('lines', () => {
  test('that come in pieces are whole, and the last needs no newline', () => {
    expect(split('a', 'b\nc', '', 'd\n\ne')).toEqual(['ab', 'cd', '', 'e'])
    expect(split('a\n')).toEqual(['a'])
    expect(split()).toEqual([])
  })

  test('whose characters are cut between two chunks are not damaged', () => {
    const bytes = Buffer.from('Grüße 🐍\n')
    expect(split(...[...bytes].map((byte) => Buffer.from([byte])))).toEqual(['Grüße 🐍'])
  })

  test('that are not UTF-8 are shown as far as they are', () => {
    expect(split(Buffer.from([0x61, 0xff, 0xc3, 0x0a, 0xe2, 0x82]))).toEqual([
      'a\ufffd\ufffd',
      '\ufffd',
    ])
  })

  test('of Windows and of progress bars are what a terminal shows', () => {
    expect(split('a\r\nb\r\n', '10 %\r20 %\r30 %\n')).toEqual(['a', 'b', '30 %'])
  })

  test('without an end are cut before they fill the memory, at a character', () => {
    const lines = split('🐍'.repeat(10_000))
    expect(lines.length).toBe(3)
    expect(lines.join('')).toBe('🐍'.repeat(10_000))
  })

  test('without an end that are not UTF-8 are cut as well', () => {
    const lines = split(Buffer.alloc(40_000, 0x80))
    expect(lines.join('').length).toBe(40_000)
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(16_000)
  })
})

test('a line without a newline is told from one that has it', () => {
  const lines: [string, boolean][] = []
  const splitter = new LineSplitter((line, hasNewline) =>
    lines.push([line.slice(0, 3), hasNewline]),
  )
  splitter.take(Buffer.from(`a\n${'x'.repeat(20_000)}\nlast`))
  splitter.flush()
  expect(lines).toEqual([
    ['a', true],
    ['xxx', false],
    ['xxx', true],
    ['las', false],
  ])
})

describe('output', () => {
  function open(budget: number) {
    const lines: string[] = []
    let time = 0n
    const output = new ProgramOutput({
      now: () => ++time,
      onLine: (stream, text, at) => lines.push(`${stream} ${text} ${at}`),
      budget,
    })
    return { output, lines }
  }

  test('has the time at which it was read, each stream with its own half lines', () => {
    const { output, lines } = open(1_000)
    output.take(OutputStream.out, Buffer.from('ou'))
    output.take(OutputStream.error, Buffer.from('err\n'))
    output.take(OutputStream.out, Buffer.from('t\nlast'))
    output.flush()
    expect(lines).toEqual(['2 err 2', '1 out 3', '1 last 4'])
  })

  test('beyond the budget is counted and forgotten, and that is said', () => {
    const { output, lines } = open(4)
    expect(output.limit).toBeUndefined()
    output.take(OutputStream.out, Buffer.from('ab\ncdef\n'))
    for (let more = 0; more < 100; more++) output.take(OutputStream.out, Buffer.alloc(65_536))
    output.flush()
    expect(lines.map((line) => line.split(' ')[1])).toEqual(['ab', 'c'])
    expect(output.bytes).toBe(8 + 100 * 65_536)
    expect(output.limit).toContain('printed 7 MiB')
  })

  test('of errors is kept at both ends, however much lies between', () => {
    const { output } = open(4)
    output.take(OutputStream.error, Buffer.from('first\nTraceback (most recent call last):\n'))
    for (let more = 0; more < 10; more++) output.take(OutputStream.error, Buffer.alloc(10_000, 'x'))
    output.take(OutputStream.error, Buffer.from('\nKeyError: 1\n'))
    expect(output.firstWords.startsWith('first\n')).toBe(true)
    expect(output.hasTraceback).toBe(true)
    expect(output.lastWords.endsWith('\nKeyError: 1\n')).toBe(true)
    expect(output.lastWords.length).toBeLessThan(20_000)
  })
})
