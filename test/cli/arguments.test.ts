import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseArguments, USAGES } from '../../main/cli/arguments.ts'

const parse = (line: string) => parseArguments(line.split(' ').filter((word) => word !== ''))
const refused = (line: string) => {
  const result = parse(line)
  if (result.ok) throw new Error(`accepted: ${line}`)
  return result.failure
}

describe('arguments that are understood', () => {
  it.each([
    ['', { name: 'help' }],
    ['--help', { name: 'help' }],
    ['list --help', { name: 'help' }],
    ['run gil-countdown -h', { name: 'help', demo: 'gil-countdown' }],
    ['run --help', { name: 'help' }],
    ['--version', { name: 'version' }],
    ['list --json', { name: 'list', json: true }],
    ['stats a.ilv', { name: 'stats', file: 'a.ilv', json: false }],
    ['verify --json a.ilv', { name: 'verify', file: 'a.ilv', rebuild: false, json: true }],
    ['verify -- --json', { name: 'verify', file: '--json', rebuild: false, json: false }],
    ['verify --rebuild a.ilv', { name: 'verify', file: 'a.ilv', rebuild: true, json: false }],
    ['program a.mjs', { name: 'program', file: 'a.mjs', function: 'main' }],
    ['program a.mjs go', { name: 'program', file: 'a.mjs', function: 'go' }],
    ['serve', { name: 'serve', port: 0, openBrowser: true }],
    [
      'open run.ilv --port 8080 --no-open',
      { name: 'open', port: 8080, openBrowser: false, recording: 'run.ilv' },
    ],
    ['serve --port 8080 --no-open', { name: 'serve', port: 8080, openBrowser: false }],
  ])('%s', (line, command) => expect(parse(line)).toEqual({ ok: true, value: command }))

  it('takes a whole run', () => {
    const line =
      'run gil-countdown --variant two-processes --param count=50_000_000 --param=threads=4 ' +
      '--param steps=1e2 --param switchInterval=.5 --repeats 5 --no-baseline --record x.ilv --json'
    expect(parse(line)).toEqual({
      ok: true,
      value: {
        name: 'run',
        request: {
          demo: 'gil-countdown',
          variant: 'two-processes',
          parameters: { count: 50_000_000, threads: 4, steps: 100, switchInterval: 0.5 },
          repeats: 5,
          baseline: false,
        },
        engines: {},
        shorthands: {},
        record: 'x.ilv',
        json: true,
      },
    })
  })

  it('leaves what is no number to the check that knows the parameter', () => {
    for (const text of ['two', '', '0x10', 'Infinity', '1 2', '__1'])
      expect(parseArguments(['run', 'd', '--param', `n=${text}`])).toMatchObject({
        value: { request: { parameters: { n: text } } },
      })
  })
})

describe('arguments that are refused', () => {
  it.each([
    ['rnu x', 'Unknown command "rnu".', 'Did you mean run?'],
    ['--jsn', 'Unknown option "--jsn".', 'Commands: list'],
    ['run', 'DEMO is missing.', 'Usage: interleave run'],
    ['run a b', '"b" is one word too many.', 'Usage: interleave run'],
    ['list x', '"x" is one word too many.', 'Usage: interleave list'],
    ['run a --varient v', 'Unknown option "--varient".', 'Did you mean --variant?'],
    ['run a -x', 'Unknown option "-x".', 'Usage'],
    ['run a --variant', '--variant needs a value.', 'Usage'],
    ['run a --record --json', '--record needs a value.', 'Usage'],
    ['run a --json=yes', '--json takes no value.', 'Usage'],
    ['run a --repeats 2 --repeats 3', '--repeats is given twice.', 'Usage'],
    ['run a --param threads', '"threads" has no value.', 'name=value'],
    ['run a --param =4', '"=4" has no value.', 'name=value'],
    ['run a --param n=1 --param n=2', '"n" is given twice.', 'once'],
    ['stats', 'FILE.ilv is missing.', 'Usage: interleave stats'],
    ['open', 'FILE.ilv', 'open FILE.ilv'],
    ['serve --port 99999', '99999', '65535'],
    ['serve --port http', 'http', '65535'],
  ])('%s', (line, message, remedy) => {
    const failure = refused(line)
    expect(failure.kind).toBe('usage')
    expect(failure.message).toContain(message)
    expect(failure.remedy).toContain(remedy)
    expect(`${failure.message}${failure.remedy}`).not.toContain('\n')
  })

  it('never throws, whatever is typed', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'run',
        'stats',
        '--param',
        '--json',
        '--',
        '-',
        '--=',
        '--param=',
        '-abc',
        'a=b',
      ),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        expect(typeof parseArguments(words).ok).toBe('boolean')
      }),
      { seed: 6, numRuns: 500 },
    )
  })

  it('names every command in the usage', () => {
    expect(USAGES.map((usage) => usage.split(' ')[0])).toEqual([
      'list',
      'pythons',
      'demos',
      'run',
      'record',
      'stats',
      'compare',
      'verify',
      'open',
      'glossary',
      'program',
      'serve',
    ])
  })
})
