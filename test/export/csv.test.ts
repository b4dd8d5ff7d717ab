import { describe, expect, it } from 'vitest'
import { toCsv } from '../../main/export/csv.ts'

describe('CSV that other programs read back', () => {
  it('quotes commas, quotes and line breaks, and ends every record with CRLF', () => {
    expect(
      toCsv(
        ['name', 'x'],
        [
          ['a,b', 1],
          ['say "hi"', 2],
          ['two\nlines', 3],
        ],
      ),
    ).toBe('name,x\r\n"a,b",1\r\n"say ""hi""",2\r\n"two\nlines",3\r\n')
  })

  it('does not let a name become a formula', () => {
    for (const start of ['=', '+', '-', '@', '\t', '\r'])
      expect(toCsv(['h'], [[`${start}cmd|calc`]])).toMatch(/^h\r\n"?'/)
  })

  it('quotes a defused formula that also needs quotes', () => {
    expect(toCsv(['h'], [['=SUM(1,2)']])).toBe('h\r\n"\'=SUM(1,2)"\r\n')
  })

  it('keeps negative numbers as numbers, and leaves out what is no number', () => {
    expect(toCsv(['h', 'i', 'j', 'k'], [[-1.5, NaN, Infinity, undefined]])).toBe(
      'h,i,j,k\r\n-1.5,,,\r\n',
    )
  })

  it('writes the header alone when there is no data', () => {
    expect(toCsv(['seconds', 'depth'], [])).toBe('seconds,depth\r\n')
  })
})
