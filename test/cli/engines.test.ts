/** Which interpreter somebody gets who types an engine, and what a mistake is answered with. */
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseArguments } from '../../main/cli/arguments.ts'
import { runCommandLine } from '../../main/cli/main.ts'
import { nanoseconds } from '../../main/core/units.ts'
import type { Interpreter, PythonStatus } from '../../main/run/contract.ts'
import { fakeHost, status } from './fake-host.ts'

const interpreter = (version: string, changes: Partial<Interpreter> = {}): Interpreter => ({
  path: `/opt/python-${version}${changes.freeThreaded ? 't' : ''}/bin/python3`,
  implementation: 'CPython',
  version,
  freeThreaded: false,
  gil: true,
  startMethods: ['fork', 'spawn', 'forkserver'],
  defaultStartMethod: 'fork',
  foundBy: 'PATH',
  ...changes,
})
const OLD = interpreter('3.6.15', { unusable: 'CPython 3.8 or newer is needed.' })
const THREADED = interpreter('3.13.1', { freeThreaded: true, gil: false, foundBy: 'pyenv' })
const MACHINE = [interpreter('3.14.0'), THREADED, interpreter('3.13.0'), interpreter('3.1.4'), OLD]

const call = async (line: string, interpreters: readonly Interpreter[] = MACHINE) => {
  const host = fakeHost({ interpreters })
  return { code: await runCommandLine(line.split(' '), host), ...host.log }
}
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')
const DEMO = 'run sender-receiver-thread'

describe('an engine', () => {
  it.each([
    ['cpython', '/opt/python-3.14.0/bin/python3', {}],
    ['3.13', '/opt/python-3.13.0/bin/python3', {}],
    ['3.13.0', '/opt/python-3.13.0/bin/python3', {}],
    ['python3.13', '/opt/python-3.13.0/bin/python3', {}],
    ['CPython@3.13', '/opt/python-3.13.0/bin/python3', {}],
    ['3.1', '/opt/python-3.1.4/bin/python3', {}],
    ['3.13t', THREADED.path, {}],
    ['3.13t,gil', THREADED.path, { gil: true }],
    ['3.13t,nogil,spawn', THREADED.path, { gil: false, startMethod: 'spawn' }],
    ['3.13,spawn', '/opt/python-3.13.0/bin/python3', { startMethod: 'spawn' }],
    ['cpython:/opt/python-3.14.0/bin/python3', '/opt/python-3.14.0/bin/python3', {}],
    [
      'cpython:/opt/python-3.14.0/bin/python3,forkserver',
      '/opt/python-3.14.0/bin/python3',
      { startMethod: 'forkserver' },
    ],
    ['/opt/python-3.14.0/bin/python3', '/opt/python-3.14.0/bin/python3', {}],
    ['3.13 --start-method spawn', '/opt/python-3.13.0/bin/python3', { startMethod: 'spawn' }],
    // What the engine says itself is meant for it.
    ['3.13,fork --start-method spawn', '/opt/python-3.13.0/bin/python3', { startMethod: 'fork' }],
  ])('%s is %s', async (typed, path, chosen) => {
    const { code, requests, err } = await call(`${DEMO} --engine ${typed}`)
    expect([code, requests[0]?.engine], err).toEqual([0, { kind: 'cpython', path, ...chosen }])
  })

  it('may be Node, and its twin another', async () => {
    const { code, requests, err } = await call(`${DEMO} --engine node --twin 3.13,spawn`)
    expect(code, err).toBe(0)
    expect(requests[0]).toMatchObject({
      engine: { kind: 'node' },
      twin: { kind: 'cpython', path: '/opt/python-3.13.0/bin/python3', startMethod: 'spawn' },
    })
  })

  it('may have a comma in its path', () => {
    expect(parseArguments(['run', 'd', '--engine', 'cpython:a,b/python3,gil'])).toMatchObject({
      value: { engines: { engine: { kind: 'path', name: 'a,b/python3', gil: true } } },
    })
  })

  it.each([
    ['--engine cpyhton', 'Did you mean cpython?'],
    ['--engine nod', 'Did you mean node?'],
    ['--engine ruby', 'There is no engine "ruby". Use node, cpython'],
    ['--engine cpython:', 'There is no engine "cpython:"'],
    ['--engine node,spawn', 'Node has nothing to choose: "spawn".'],
    ['--engine 3.13,spwan', 'cannot be run with "spwan". Use fork, spawn'],
    ['--engine cpython --start-method spwan', 'Did you mean spawn?'],
    ['--start-method spawn', '--start-method is CPython’s.'],
    ['--engine node --start-method spawn', '--start-method is CPython’s.'],
    ['--egnine 3.13', 'Did you mean --engine?'],
    ['--twin', '--twin needs a value.'],
    ['--engine 3.13 --twin 3.13.0', 'The twin is the engine itself.'],
  ])('%s is refused with what works, and nothing is started', async (options, words) => {
    const { code, err, requests } = await call(`${DEMO} ${options}`)
    expect([code, requests]).toEqual([2, []])
    expect(err).toContain(words)
    expect(err).toMatch(/^interleave: [^\n]+\n$/)
  })

  it.each([
    ['3.9', 'There is no CPython 3.9 on this machine. There are: 3.14.0, 3.13.1t, 3.13.0, 3.1.4.'],
    ['3.14t', 'There is no CPython 3.14t'],
    ['3.6', 'There is no CPython 3.6'],
    ['./python3', `${resolve('python3')} is no Python.`],
  ])('%s that is not here is no mistake of usage', async (typed, words) => {
    const { code, err } = await call(`${DEMO} --engine ${typed}`)
    expect(code).toBe(1)
    expect(err).toContain(words)
  })

  it('cannot be had on a machine without any', async () => {
    const { code, err } = await call(`${DEMO} --engine cpython`, [OLD])
    expect(code).toBe(1)
    expect(err).toContain('no CPython 3.8 or newer on this machine. Install one')
  })
})

describe('pythons', () => {
  it('lists what can be run, then what cannot and why', async () => {
    const { code, out, err } = await call('pythons')
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/CPython 3\.14\.0 +on +fork +PATH +\/opt\/python-3\.14\.0\/bin\/python3\n/)
    expect(out).toMatch(/CPython 3\.13\.1 free-threaded +off +fork +pyenv /)
    expect(out).toMatch(/\nCannot be used\n {2}CPython 3\.6\.15 .*\n {4}CPython 3\.8 or newer/)
  })

  it('prints one JSON document, also of nothing', async () => {
    expect(JSON.parse((await call('pythons --json')).out)).toEqual(MACHINE)
    expect((await call('pythons --json', [])).out).toBe('[]\n')
  })

  it('says what to do when there are none', async () => {
    const { out, err } = await call('pythons', [])
    expect(out).toBe('')
    expect(err).toContain('Install CPython 3.8 or newer')
  })
})

describe('a run under CPython', () => {
  const python: PythonStatus = {
    engine: { kind: 'cpython', path: '/opt/python-3.13.0/bin/python3', startMethod: 'spawn' },
    label: 'CPython 3.13.0, spawn',
    version: '3.13.0',
    startMethod: 'spawn',
    reading: 'estimated',
    readingReason: 'The system refuses to show the memory',
    exit: { code: 1 },
    processes: 2,
    killed: [
      {
        pid: 7,
        name: 'Process-1',
        signal: 'SIGTERM',
        lastEvent: nanoseconds(0),
        age: nanoseconds(2e6),
      },
    ],
    explanation: { headline: 'It cannot be sent.', sentences: ['Define it.'], works: 'class' },
    limits: ['Of what it printed, the first 16 MiB are kept.'],
  }

  it('says at its end, on standard error, everything that is known of the program', async () => {
    const host = fakeHost({
      interpreters: MACHINE,
      play: (request) => Promise.resolve(status(request, { state: 'failed', python: [python] })),
    })
    const words = `${DEMO} --engine 3.13,spawn --json`.split(' ')
    expect(await runCommandLine(words, host)).toBe(1)
    expect(JSON.parse(host.log.out)).toMatchObject({ status: { python: [python] } })
    for (const line of [
      'interleave: CPython 3.13.0, spawn: 2 processes, exit code 1\n',
      '  Who holds the GIL is estimated from the states that the system tells of the threads. The system refuses to show the memory.\n',
      '  Killed: Process-1 (7) by SIGTERM: its last event was 2.00 ms old.\n',
      '  Of what it printed, the first 16 MiB are kept.\n',
      '  It cannot be sent.\n  Define it.\n  Works: --variant class\n',
    ])
      expect(plain(host.log.err)).toContain(line)
  })

  it('does not say again what the failure says', async () => {
    const failure = { headline: 'It cannot be sent.', kept: '', remedy: 'Define it.', detail: '' }
    const ended = { state: 'failed', python: [python], failure } as const
    const host = fakeHost({ play: (request) => Promise.resolve(status(request, ended)) })
    await runCommandLine(DEMO.split(' '), host)
    expect(host.log.err.match(/It cannot be sent|Define it/g)).toHaveLength(2)
  })

  it('of which nothing ran under CPython says nothing of it', async () => {
    const { err } = await call(DEMO)
    expect(err).not.toContain('GIL')
  })
})
