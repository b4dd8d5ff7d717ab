/**
 * Explanations of what real interpreters wrote: program-errors.json has standard errors of the note's
 * programs on CPython 3.8 to 3.15, without the frames of their tracebacks.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { explain, type Outcome } from '../../main/python/program/explain.ts'

interface Captured {
  readonly version: string
  /** sr: sender and receiver; cls: the same as a class; pool; poolname: with an undefined name. */
  readonly program: 'sr' | 'cls' | 'pool' | 'poolname'
  readonly method: string
  /** Exit code; `timeout`: it hung. */
  readonly code: string
  readonly text: string
}

const captured = JSON.parse(
  readFileSync(join(import.meta.dirname, 'program-errors.json'), 'utf8'),
) as readonly Captured[]

const outcome = (changes: Partial<Outcome['exit']>, more: Partial<Outcome> = {}): Outcome => ({
  version: '3.13.0',
  startMethod: 'fork',
  works: undefined,
  ...more,
  exit: {
    ...{ code: 1, signal: undefined, error: undefined, ended: undefined },
    ...{ firstWords: '', lastWords: '' },
    ...changes,
  },
})

function explained({ version, program, method, code, text }: Captured) {
  const hung = program === 'pool' ? 'storm' : 'stalled'
  const ended = code === 'timeout' ? hung : undefined
  return explain(
    outcome(
      { code: ended ? undefined : Number(code), ended, firstWords: text, lastWords: text },
      { version, startMethod: method, works: 'guarded' },
    ),
  )
}

const HEADLINES = {
  sr: 'A new process cannot be started, because the program has no main guard',
  cls: 'A.__init__.<locals>.sender cannot be sent to another process, because it is local',
  pool: 'Processes were started over and over again, because the program has no main guard',
  poolname: 'A worker of the pool failed: do_some_thing is not defined',
}

describe.each(
  captured.map((each) => [`${each.version} ${each.program} ${each.method}`, each] as const),
)('%s', (_name, each) => {
  test('is recognised by what it wrote', () => {
    const { headline, works, sentences = [] } = explained(each) ?? {}
    // 3.14's forkserver dies at once, before it can become a storm.
    const isStorm = each.code === 'timeout'
    expect(headline).toBe(HEADLINES[each.program === 'pool' && !isStorm ? 'sr' : each.program])
    expect(works).toBe('guarded')
    const all = sentences.join(' ')
    if (each.program === 'sr' && isStorm) expect(all).toContain('waits for ever')
    if (each.program === 'pool' && isStorm) expect(all).toContain('would go on for ever')
    if (each.program !== 'poolname') expect(all).toContain(each.method)
  })
})

test('the default of 3.14 is named as such, and only there', () => {
  const text = captured.find(({ program }) => program === 'sr')?.text ?? ''
  const words = (version: string, startMethod: string) =>
    explain(outcome({ firstWords: text }, { version, startMethod }))?.sentences.join(' ')
  expect(words('3.14.0', 'forkserver')).toContain('the default from 3.14 on')
  expect(words('3.15.0b2', 'forkserver')).toContain('the default from 3.14 on')
  expect(words('3.13.0', 'forkserver')).not.toContain('default')
  expect(words('3.14.0', 'spawn')).not.toContain('default')
})

test.each([
  [
    "ModuleNotFoundError: No module named 'numpy.linalg'",
    'This interpreter has no module numpy.linalg',
  ],
  [
    'SyntaxError: invalid syntax',
    'CPython 3.13.0 does not understand the program: SyntaxError: invalid syntax',
  ],
  ['EOFError: EOF when reading a line', 'The program asked for input, and there was none left'],
  [
    'concurrent.futures.process.BrokenProcessPool: A process in the process pool was terminated abruptly',
    'A worker of the process pool ended without an answer',
  ],
])('%s', (lastWords, headline) => {
  expect(explain(outcome({ lastWords }))?.headline).toBe(headline)
})

test('signals, and what was ended from here, are explained without a word of the program', () => {
  const headline = (changes: Partial<Outcome['exit']>) =>
    explain(outcome({ code: undefined, ...changes }))?.headline
  expect(headline({ signal: 'SIGKILL' })).toBe('The program was killed')
  expect(headline({ signal: 'SIGSEGV' })).toBe('The interpreter itself crashed (SIGSEGV)')
  expect(headline({ ended: 'processes', signal: 'SIGKILL' })).toBe(
    'It had more than 512 processes at once',
  )
  expect(headline({ ended: 'stalled' })).toBe('Nothing happened any more')
  expect(headline({ ended: 'storm' })).toBe('Processes were started over and over again')
})

test('nothing is explained that ended well, that was stopped, or that is not known', () => {
  const warned = 'DeprecationWarning: … An attempt has been made to start a new process before'
  expect(explain(outcome({ code: 0, firstWords: warned }))).toBeUndefined()
  expect(explain(outcome({ code: undefined, signal: 'SIGTERM', ended: 'stopped' }))).toBeUndefined()
  expect(explain(outcome({ lastWords: 'ValueError: 3' }))).toBeUndefined()
  expect(explain(outcome({ error: 'ENOENT' }))).toBeUndefined()
})

test('a program that was stopped while it waited for ever is told so', () => {
  const stuck = captured.find(({ code }) => code === 'timeout')?.text ?? ''
  const told = explain(outcome({ code: undefined, ended: 'stopped', firstWords: stuck }))
  expect(told?.headline).toBe(HEADLINES.sr)
})
