import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeHost, type FakeOptions } from '../../../renderer/hosts/fake.ts'
import { Session } from '../../../renderer/session/session.svelte.ts'

/** Long enough for any made-up run at the given speed, and for every attempt to reach it again. */
const LONG = 10_000
const SHORT = 400

describe('what the window knows of its runs', () => {
  let host: FakeHost
  let session: Session

  const open = async (options: FakeOptions = {}, demo = 'gil-countdown') => {
    host = new FakeHost(options)
    session = new Session(host, [100, 200])
    await session.open()
    session.select(demo)
  }
  const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)

  beforeEach(() => vi.useFakeTimers())
  afterEach(() => {
    session.dispose()
    host.dispose()
    vi.clearAllTimers()
    vi.useRealTimers()
  })

  it('runs to its end: status, summary, result, and a new run is possible', async () => {
    await open({ speed: 5 })
    await session.start()
    await pass(SHORT)
    expect(session.run?.status.state).toBe('running')
    expect(session.run?.tracks.length).toBeGreaterThan(2)
    expect(session.canRun).toBe(false)
    expect(session.canStop).toBe(true)
    await pass(LONG)
    expect(session.run?.status.state).toBe('finished')
    expect(session.run?.summary?.verdict.headline).not.toBe('')
    expect(session.results.latest('gil-countdown')).toBeGreaterThan(0)
    expect(session.canRun).toBe(true)
    expect(session.active).toBeUndefined()
  })

  it('stops', async () => {
    await open()
    await session.start()
    await pass(SHORT)
    await session.stop()
    await pass(SHORT)
    expect(session.run?.status.state).toBe('stopped')
    expect(session.run?.summary).toBeDefined()
    expect(session.canStop).toBe(false)
  })

  it('a program that throws leaves a failure with what was kept and what to do', async () => {
    await open({ speed: 5, failAt: 0.5 })
    await session.start()
    await pass(LONG)
    const failure = session.run?.status.failure
    expect(session.run?.status.state).toBe('failed')
    expect(failure?.kept).not.toBe('')
    expect(failure?.remedy).not.toBe('')
    expect(session.canRun).toBe(true)
  })

  it('a run whose process dies says so in the words of the host', async () => {
    await open()
    await session.start()
    await pass(SHORT)
    host.crash()
    await pass(SHORT)
    expect(session.run?.status.state).toBe('failed')
    expect(session.run?.status.failure?.headline).toContain('SIGKILL')
    expect(session.canRun).toBe(true)
  })

  it('a connection that only blinked is made again, and the run goes on', async () => {
    await open()
    await session.start()
    await pass(SHORT)
    host.dropPorts()
    expect(session.run?.connection).toBe('lost')
    await pass(SHORT)
    expect(session.run?.connection).toBe('open')
    const before = session.run?.status.newest ?? 0
    await pass(SHORT)
    expect(session.run?.status.newest).toBeGreaterThan(before)
  })

  it('a connection that stays lost ends in a clear state instead of a frozen one', async () => {
    await open()
    await session.start()
    await pass(SHORT)
    host.disconnect()
    await pass(LONG)
    expect(session.run?.connection).toBe('lost')
    expect(session.run?.status.state).toBe('failed')
    expect(session.run?.status.failure?.headline).toContain('lost')
    expect(session.active).toBeUndefined()
  })

  it('a reload finds the run again, with the variant and values it was started with', async () => {
    await open()
    session.form?.chooseVariant('two-processes')
    session.form?.type('threads', '3')
    await session.start()
    await pass(SHORT)
    const id = session.run?.id
    session.dispose()

    session = new Session(host, [100])
    await session.open()
    await pass(SHORT)
    expect(session.run?.id).toBe(id)
    expect(session.demo?.id).toBe('gil-countdown')
    expect(session.form?.variant.id).toBe('two-processes')
    expect(session.form?.text('threads')).toBe('3')
    expect(session.run?.status.state).toBe('running')
    expect(session.canStop).toBe(true)
  })

  it('a refused start is a message, not a run', async () => {
    await open({ refuse: true })
    await session.start()
    expect(session.run).toBeUndefined()
    expect(session.notice?.tone).toBe('danger')
    expect(session.notice?.title).toContain('two-threads-gil')
    expect(session.notice?.text).toContain('Nothing was started')
    expect(session.isStarting).toBe(false)
    expect(session.canRun).toBe(true)
  })

  it('a field that does not hold is named, and nothing is asked of the host', async () => {
    await open()
    const start = vi.spyOn(host, 'start')
    session.form?.type('threads', '17')
    await session.start()
    expect(start).not.toHaveBeenCalled()
    expect(session.complaint?.parameter).toBe('threads')
    session.form?.type('threads', '4')
    await session.start()
    expect(start.mock.calls[0]?.[0].parameters['threads']).toBe(4)
    expect(session.complaint).toBeUndefined()
  })

  it('one run at a time: another demo waits, and can stop the one that runs', async () => {
    await open()
    await session.start()
    await pass(SHORT)
    session.select('lock-contention')
    expect(session.canRun).toBe(false)
    expect(session.canStop).toBe(true)
    await session.stop()
    await pass(SHORT)
    expect(session.runOf('gil-countdown')?.status.state).toBe('stopped')
    expect(session.canRun).toBe(true)
  })

  it('results of one demo are kept while another runs, and compared only at the same values', async () => {
    await open({ speed: 20 })
    await session.start()
    await pass(LONG)
    const request = session.run!.request
    session.form?.chooseVariant('two-threads-parallel')
    await session.start()
    await pass(LONG)
    const variants = () => new Set(session.results.comparable(request).map((each) => each.variant))
    expect(variants()).toEqual(new Set(['one-thread', 'two-threads-gil', 'two-threads-parallel']))
    session.form?.type('count', '1000')
    session.form?.chooseVariant('two-processes')
    await session.start()
    await pass(LONG)
    expect(variants()).not.toContain('two-processes')
  })

  it('an export says what became of it', async () => {
    await open()
    const file = { name: 'x.csv', type: 'text/csv', bytes: new Uint8Array(1) }
    await session.save(file)
    expect(session.notice?.tone).toBe('good')
    host.saving = { outcome: 'cancelled' }
    session.dismiss()
    await session.save(file)
    expect(session.notice).toBeUndefined()
    host.saving = { outcome: 'failed', message: 'The folder cannot be written.' }
    await session.save(file)
    expect(session.notice?.tone).toBe('danger')
    expect(session.notice?.text).toContain('The folder cannot be written.')
  })

  it('a program that does not answer at all is said in words', async () => {
    host = new FakeHost()
    session = new Session(host)
    host.disconnect()
    await session.open()
    expect(session.notice?.text).toContain('No answer from the fake host.')
  })
})
