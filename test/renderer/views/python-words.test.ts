import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import type { KilledProcess, PythonStatus } from '../../../main/run/contract.ts'
import { NODE } from '../../../renderer/session/engine-rules.ts'
import { listingsOf } from '../../../renderer/views/listings.ts'
import {
  endedBadly,
  exitWords,
  gilWords,
  killedTitle,
  killedWords,
  pythonFacts,
} from '../../../renderer/views/python-words.ts'

const engine = { kind: 'cpython', path: '/usr/bin/python3' } as const
const status: PythonStatus = {
  ...{ engine, label: 'CPython 3.13.0', version: '3.13.0', startMethod: 'fork' },
  ...{ reading: 'measured', readingReason: '', processes: 2, killed: [], limits: [] },
}
const killed: KilledProcess = {
  ...{ pid: 4713, name: 'Process-2', signal: 'SIGKILL' },
  lastEvent: nanoseconds(5e9),
  age: nanoseconds(1.2e6),
}

describe('what is said of a program under CPython', () => {
  it('a reason is a sentence of its own, whether or not it ends as one', () => {
    expect(gilWords({ reading: 'estimated', readingReason: 'No right to' })).toMatch(
      /[.] No right to[.]$/,
    )
    expect(gilWords({ reading: 'no GIL', readingReason: '' })).toMatch(/parallel[.]$/)
  })

  it('a signal is told of, and an exit code other than 0 is no good end', () => {
    expect(exitWords({})).toBeUndefined()
    expect(exitWords({ exit: { code: 3 } })).toBe('exit code 3')
    expect(exitWords({ exit: { code: -9, signal: 'SIGKILL' } })).toBe('ended by SIGKILL (-9)')
    expect([status, { exit: { code: 0 } }, { exit: { code: 3 } }].map(endedBadly)).toEqual([
      ...[false, false, true],
    ])
  })

  it('a killed process is told of with the age of its last event', () => {
    expect(killedWords(killed)).toMatch(/^Process-2 \(4713\) by SIGKILL: .* 1[.]20\sms old[.]$/)
    expect(killedTitle([killed])).toBe('1 process was killed.')
    expect(killedTitle([killed, killed])).toBe('2 processes were killed.')
  })

  it('figures that are not known are left out, not made up', () => {
    const labels = (facts: ReturnType<typeof pythonFacts>) => facts.map(({ label }) => label)
    expect(labels(pythonFacts(status, undefined))).toEqual([
      ...['GIL', 'Start method', 'Processes', 'Ended'],
    ])
    const all = { ...status, switchInterval: nanoseconds(5e6), killed: [killed] }
    expect(pythonFacts(all, 1.02)).toContainEqual({ label: 'Effective cores', value: '1.02' })
    expect(pythonFacts(all, 1.02)).toContainEqual({
      label: 'Processes',
      value: '2, 1 of them killed',
    })
  })
})

describe('the texts beside a run', () => {
  const source = (language: 'typescript' | 'python', file: string) => ({
    language,
    file,
    text: file,
  })
  const sources = [source('typescript', 'program.ts'), source('python', 'program.py')]
  const twin = {
    program: 'main',
    python: { file: 'twin.py', text: 'run()', takes: 'parameters' },
  } as const
  const files = (...given: Parameters<typeof listingsOf>) =>
    listingsOf(...given).map(({ source, caption }) => `${source.file} ${caption}`)

  it('begin with what runs', () => {
    expect(files({ sources }, twin, [NODE])).toEqual([
      'program.ts TypeScript: what runs',
      'program.py Python: the note',
    ])
    expect(files({ sources }, twin, [engine])[0]).toBe('twin.py Python: what runs')
    expect(files({ sources }, twin, [engine, NODE]).slice(0, 2)).toEqual([
      'twin.py Python: what runs',
      'program.ts TypeScript: what runs',
    ])
  })

  it('show a text once, also where a variant runs one of the demo’s', () => {
    const verbatim = {
      python: { file: 'other.py', text: 'program.py\n', takes: 'nothing' },
    } as const
    expect(files({ sources }, verbatim, [engine])).toEqual([
      'other.py Python: what runs',
      'program.ts TypeScript: on Node',
    ])
  })

  it('of a recorded demo that there is not any more are none', () => {
    expect(listingsOf({ sources: [] }, undefined, [engine])).toEqual([])
  })
})
