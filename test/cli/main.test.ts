import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommandLine } from '../../main/cli/main.ts'
import { nanoseconds } from '../../main/core/units.ts'
import { demos } from '../../main/demos/index.ts'
import type { OutputLine } from '../../main/run/contract.ts'
import { LaneEnd } from '../../main/trace/model.ts'
import { fakeHost, status, type FakeHost } from './fake-host.ts'

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')
const words = (line: string) => line.split(' ').filter((word) => word !== '')
const call = (line: string, host: FakeHost = fakeHost()) => runCommandLine(words(line), host)

describe('list and help', () => {
  it('lists every demo as text and as JSON, on standard output alone', async () => {
    const text = fakeHost()
    expect(await call('list', text)).toBe(0)
    expect(text.log.out).toMatch(/^gil-countdown\n {2}GIL countdown\. /)
    expect(text.log.out).toContain('threads=2')
    expect(text.log.err).toBe('')

    const json = fakeHost()
    expect(await call('list --json', json)).toBe(0)
    const ids = (JSON.parse(json.log.out) as { id: string }[]).map(({ id }) => id)
    expect(ids).toEqual(demos.map(({ manifest }) => manifest.id))
  })

  it('explains itself and each demo', async () => {
    const host = fakeHost()
    expect(await call('--help', host)).toBe(0)
    expect(host.log.out).toContain('Exit codes')
    expect(await call('run gil-countdown --help', host)).toBe(0)
    expect(host.log.out).toContain('1 to 16, default 2.')
    expect(await call('--version', host)).toBe(0)
    expect(host.log.out).toContain('interleave 1.2.3\n')
  })

  it('hands serve over', async () => {
    const host = fakeHost()
    expect(await call('serve --port 8123 --no-open', host)).toBe(0)
    expect(host.log.out).toBe('serving 8123')
    expect(await call('open run.ilv --port 8124', host)).toBe(0)
    expect(host.log.out).toContain('serving 8124 with run.ilv')
  })
})

describe('a module of the user', () => {
  it.each([
    [{}, 0],
    [{ exitCode: 7, end: LaneEnd.threw }, 7],
    [{ end: LaneEnd.threw }, 1],
  ])('%o: exit code %i', async (outcome, code) => {
    const host = fakeHost({ outcome })
    expect(await runCommandLine(['program', import.meta.filename, 'go'], host)).toBe(code)
    expect(host.log.out).toMatch(/main[.]test[.]ts go $/)
    expect(host.listeners()).toBe(0)
  })

  it('is refused when there is no such file', async () => {
    const host = fakeHost()
    expect(await call('program nowhere.mjs', host)).toBe(1)
    expect(host.log.err).toBe(
      'interleave: There is no file nowhere.mjs. Name a JavaScript module.\n',
    )
  })
})

describe('wrong usage', () => {
  it.each([
    ['rnu', 'Unknown command "rnu"'],
    ['run gil-countdwon', 'Did you mean "gil-countdown"?'],
    ['run gil-countdwon --help', 'Did you mean "gil-countdown"?'],
    ['run gil-countdown --variant nine', 'two-threads-gil'],
    ['run gil-countdown --param threads=99', 'from 1 to 16'],
    ['run gil-countdown --param threads=two', 'must be a number, not "two"'],
    ['run gil-countdown --repeats 0', 'from 1 to 50'],
  ])('%s: one line on standard error, exit code 2, nothing left running', async (line, text) => {
    const host = fakeHost()
    expect(await call(line, host)).toBe(2)
    expect(host.log.err).toMatch(/^interleave: [^\n]+\n$/)
    expect(host.log.err).toContain(text)
    expect(host.log.out).toBe('')
    expect(host.log.started).toEqual([])
  })
})

describe('run', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'interleave-cli-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('says what was found, with its figures', async () => {
    const host = fakeHost()
    expect(await call('run gil-countdown', host)).toBe(0)
    expect(host.log.out).toContain('GIL countdown: N threads, one GIL (finished)')
    expect(host.log.out).toContain('Two threads took 1.04 × the time of one.\n')
    expect(host.log.out).toContain('  Ratio  1.04\n')
    expect(host.log.disposed).toBe(1)
    expect(host.listeners()).toBe(0)
  })

  it('prints one JSON document, figures in lists', async () => {
    const host = fakeHost()
    expect(await call('run gil-countdown --json', host)).toBe(0)
    const document = JSON.parse(host.log.out) as { tables: { lanes: { byState: unknown }[] } }
    expect(document.tables.lanes[0]?.byState).toEqual([0, 5])
  })

  it('fails with what happened, what was kept and what to do', async () => {
    const failure = {
      headline: 'The program threw an error.',
      kept: 'Its recording was kept.',
      remedy: 'See its stack.',
      detail: 'Error: x\n  at y\n',
    }
    const host = fakeHost({
      play: (request) => Promise.resolve(status(request, { state: 'failed', failure })),
      withoutSummary: true,
    })
    expect(await call('run gil-countdown --json', host)).toBe(1)
    expect(host.log.err).toContain(
      'interleave: The program threw an error. Its recording was kept. See its stack.\nError: x\n  at y\n',
    )
    expect(JSON.parse(host.log.out)).toMatchObject({ status: { state: 'failed' } })
  })

  it('says that the recording is not whole, though the run is', async () => {
    const recording = { path: '/r/x.ilv', bytes: 560, failure: '/r/x.ilv: ENOSPC' }
    const host = fakeHost({
      play: (request) => Promise.resolve(status(request, { state: 'finished', recording })),
    })
    expect(await call('run gil-countdown', host)).toBe(0)
    expect(host.log.err).toContain(
      'interleave: The recording is not whole: /r/x.ilv: ENOSPC. Make room there,',
    )
  })

  it.each([
    ['gil-countdown', 'stopped', 1],
    ['dining-philosophers', 'finished', 0],
  ] as const)('names a deadlock; %s is %s', async (demo, state, stops) => {
    const member = { pid: 1, since: nanoseconds(2e8), at: '', doing: 'Waiting for a' }
    const deadlock = {
      since: nanoseconds(2e8),
      kind: 'cycle',
      behind: [],
      members: [
        { ...member, track: 1, name: 'Thread-1' },
        { ...member, track: 2, name: 'Thread-2' },
      ],
    } as const
    const host = fakeHost({
      play: async (request, emit, stopped) => {
        await new Promise((resolve) => setImmediate(resolve))
        emit(status(request, { deadlock }))
        emit(status(request, { deadlock }))
        if (stops > 0) await stopped
        return status(request, { state, deadlock })
      },
    })
    expect(await call(`run ${demo} --json`, host)).toBe(stops)
    expect(host.log.err.match(/Thread-1 and Thread-2 wait for each other/g)).toHaveLength(1)
    expect(host.log.err).toContain('Thread-1: waiting for a since 0.200 s.')
    expect(host.log.stops).toBe(stops)
    expect(JSON.parse(host.log.out)).toMatchObject({ status: { deadlock: { kind: 'cycle' } } })
  })

  it('a stack that the program wrote is not told a second time', async () => {
    const detail = 'Error: in the run\n    at go (later.demo.js:2:1)'
    const failure = { headline: 'It failed.', kept: '', remedy: 'Run it again.', detail }
    const line = { time: nanoseconds(0), lane: 'MainThread', stream: 'error' } as const
    const told = async (output: readonly OutputLine[]) => {
      const host = fakeHost({
        play: (request) => Promise.resolve(status(request, { state: 'failed', failure })),
        output,
      })
      await call('run gil-countdown', host)
      return host.log.err.match(/Error: in the run/g)?.length
    }
    expect(await told(detail.split('\n').map((text) => ({ ...line, text })))).toBe(1)
    expect(await told([])).toBe(1)
  })

  it.each([
    ['failed', true],
    ['finished', false],
  ] as const)('says what a program wrote on standard error when it %s: %s', async (state, told) => {
    const line = { time: nanoseconds(0), lane: 'Thread-1', stream: 'error' } as const
    const host = fakeHost({
      play: (request) => Promise.resolve(status(request, { state })),
      output: [
        { ...line, text: 'Exception in thread Thread-1:' },
        { ...line, stream: 'out', text: 'all is well' },
        ...Array.from({ length: 99 }, (_, at) => ({ ...line, text: `line ${at}` })),
      ],
    })
    await call('run gil-countdown', host)
    const { err } = host.log
    expect(
      err.includes('Standard error of the program:\n  Exception in thread Thread-1:\n  line 0\n'),
    ).toBe(told)
    expect(err.includes('line 58\n  … and 40 more lines')).toBe(told)
    expect(err).not.toContain('all is well')
  })

  it('does not start what the service refuses', async () => {
    const refuse = { kind: 'environment', message: 'It is busy.', remedy: 'Wait.' } as const
    const host = fakeHost({ refuse })
    expect(await call('run gil-countdown', host)).toBe(1)
    expect(host.log.err).toBe('interleave: It is busy. Wait.\n')
    expect(host.log.disposed).toBe(1)
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops the run on %s and ends with %d', async (signal, code) => {
    const host: FakeHost = fakeHost({
      play: async (request, _emit, stopped) => {
        await stopped
        return status(request, { state: 'stopped' })
      },
    })
    const ending = call('run gil-countdown', host)
    await new Promise((resolve) => setImmediate(resolve))
    host.signal(signal)
    expect(await ending).toBe(code)
    expect(host.log).toMatchObject({ stops: 1, disposed: 1 })
    expect(host.log.out).toContain('(stopped)')
    expect(host.listeners()).toBe(0)
  })

  it('ends by force on the second signal', async () => {
    let end: () => void = () => undefined
    const forced = new Promise<void>((resolve) => (end = resolve))
    const host: FakeHost = fakeHost({
      play: async (request) => {
        await forced
        return status(request, { state: 'stopped' })
      },
    })
    const ending = call('run gil-countdown', host)
    await new Promise((resolve) => setImmediate(resolve))
    host.signal('SIGINT')
    host.signal('SIGINT')
    expect(host.log).toMatchObject({ stops: 1, disposed: 1 })
    end()
    expect(await ending).toBe(130)
  })

  it('never writes over a recording, and says so before anything starts', async () => {
    const path = join(folder, 'kept.ilv')
    await writeFile(path, 'x')
    for (const [taken, why] of [
      [path, 'already exists'],
      [folder, 'is not a file'],
    ] as const) {
      const host = fakeHost()
      expect(await runCommandLine(['run', 'gil-countdown', '--record', taken], host)).toBe(1)
      expect(host.log.err).toContain(`${taken} ${why}. Choose another file with --record.`)
      expect(host.log.started).toEqual([])
    }
    const lost = fakeHost()
    const nowhere = join(folder, 'no', 'x.ilv')
    expect(await runCommandLine(['run', 'gil-countdown', '--record', nowhere], lost)).toBe(1)
    expect(lost.log.err).toContain(`There is no folder ${join(folder, 'no')}.`)
    const host = fakeHost()
    const fresh = join(folder, 'fresh.ilv')
    expect(await runCommandLine(['run', 'gil-countdown', '--record', fresh], host)).toBe(0)
    expect(host.log.started).toEqual([{ recordTo: fresh }])
  })
})

describe('progress', () => {
  const play = async (
    request: Parameters<typeof status>[0],
    emit: (next: ReturnType<typeof status>) => void,
  ) => {
    await new Promise((resolve) => setImmediate(resolve))
    emit(status(request, { done: 10 }))
    emit(status(request, { done: 62, remaining: nanoseconds(1.9e9) }))
    emit(status(request, { section: 2, dropped: 3 }))
    return status(request, { state: 'finished' })
  }

  it('is a line for each state and section where nobody watches', async () => {
    const host = fakeHost({ play: play })
    await call('run gil-countdown', host)
    const lines = plain(host.log.err).trimEnd().split('\n')
    expect(lines).toEqual([
      'gil-countdown, starting, section 1 of 6, 0 %, 1.00 s, 12 345 events',
      'gil-countdown, running, section 1 of 6, 10 %, 1.00 s, 12 345 events',
      'gil-countdown, running, section 2 of 6, 0 %, 1.00 s, 12 345 events, 3 dropped',
    ])
  })

  it('rewrites one line on a terminal, no wider than it, and clears it', async () => {
    const host = fakeHost({
      play: play,
      isTerminal: true,
    })
    await call('run gil-countdown', host)
    const updates = host.log.err.split('\r\u001b[K')
    expect(updates.at(-1)).toBe('')
    expect(plain(updates[3] ?? '')).toContain('62 %, 1.00 s, about')
    for (const line of updates) expect(line.length).toBeLessThan(60)
    expect(host.log.err).not.toContain('\n')
  })
})
