import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failure, refusal } from '../../../main/core/result.ts'
import { FakeHost } from '../../../renderer/hosts/fake.ts'
import { Session } from '../../../renderer/session/session.svelte.ts'

const SHORT = 400

describe('recordings in the window', () => {
  let host: FakeHost
  let session: Session

  const pass = (milliseconds = SHORT) => vi.advanceTimersByTimeAsync(milliseconds)
  const pathOf = (name: string) => {
    const found = session.recordings.list.find((each) => each.name.includes(name))
    if (found === undefined) throw new Error(`no recording ${name}`)
    return found.path
  }
  const open = async (name: string) => {
    await session.openRecording(pathOf(name))
    await pass()
  }

  beforeEach(async () => {
    vi.useFakeTimers()
    host = new FakeHost()
    session = new Session(host, [100, 200])
    await session.open()
    await pass()
  })
  afterEach(() => {
    session.dispose()
    host.dispose()
    vi.clearAllTimers()
    vi.useRealTimers()
  })

  it('is shown with its rows, its verdict and its demo, and nothing runs', async () => {
    await open('gil-countdown')
    expect(session.recording?.status).toMatchObject({ state: 'finished' })
    expect(session.run).toBe(session.recording)
    expect(session.run?.tracks.length).toBeGreaterThan(2)
    expect(session.run?.summary?.verdict.headline).not.toBe('')
    expect(session.demo?.id).toBe('gil-countdown')
    expect(session.form).toBeUndefined()
    expect([session.active, session.canStop]).toEqual([undefined, false])
  })

  it('is no measurement of this window', async () => {
    await open('gil-countdown')
    expect(session.results.latest('gil-countdown')).toBeUndefined()
    expect(session.runOf('gil-countdown')).toBeUndefined()
  })

  it('of a demo that there is can be run again as it was recorded', async () => {
    await open('gil-countdown')
    const { request } = session.recording ?? {}
    expect(session.canRun).toBe(true)
    await session.start()
    await pass()
    expect(session.recording).toBeUndefined()
    expect(session.run?.request).toMatchObject({ variant: request?.variant, demo: request?.demo })
    expect(session.run?.status.state).toBe('running')
  })

  it('of a demo that there is not is shown under its name, and cannot be run', async () => {
    await open('from-a-colleague')
    expect(session.demo).toMatchObject({ title: 'dining-philosophers', sources: [] })
    expect([session.canRun, session.canRunAgain]).toEqual([false, false])
  })

  it('that is refused leaves what was open on the screen', async () => {
    await open('gil-countdown')
    const shown = session.recording
    await open('damaged')
    expect(session.recording).toBe(shown)
    expect(session.notice).toMatchObject({
      tone: 'danger',
      title: expect.stringContaining('byte 8') as string,
    })
  })

  it('stays open while a demo is looked at, and is found where it was', async () => {
    await open('gil-countdown')
    const shown = session.recording
    session.select('lock-contention')
    expect(session.recording).toBeUndefined()
    expect(session.form?.manifest.id).toBe('lock-contention')
    session.showRecording()
    expect(session.recording).toBe(shown)
    session.closeRecording()
    expect([session.recording, session.demo?.id]).toEqual([undefined, 'lock-contention'])
  })

  it('that is still being read can be cancelled', async () => {
    const stop = vi.spyOn(host, 'stop')
    await open('overnight')
    expect([session.recordings.isReading, session.canStop]).toEqual([true, true])
    await session.stop()
    expect(stop).toHaveBeenCalledWith(session.recording?.id)
  })

  it('that is dropped or chosen goes to the host as it is', async () => {
    const asked = vi.spyOn(host, 'openRecording')
    const file = new File(['x'], 'mine.ilv')
    await session.openRecording(file)
    await session.openRecording()
    expect(asked.mock.calls).toEqual([[file], [undefined]])
    expect(session.recordings.arriving).toBeUndefined()
  })

  it('that was not chosen after all changes nothing', async () => {
    vi.spyOn(host, 'openRecording').mockResolvedValue(undefined)
    session.select('lock-contention')
    await session.openRecording()
    expect([session.recording, session.demo?.id]).toEqual([undefined, 'lock-contention'])
    expect(session.notice).toBeUndefined()
  })

  it('that the system opens is shown, or its refusal', async () => {
    const opened = await host.openRecording(pathOf('gil-countdown'))
    if (opened) host.opened.emit(opened)
    await pass()
    expect(session.recording?.request.demo).toBe('gil-countdown')
    host.opened.emit(failure(refusal('environment', 'It is no recording.', 'Choose another.')))
    await pass()
    expect(session.notice?.title).toBe('It is no recording.')
    expect(session.recording?.request.demo).toBe('gil-countdown')
  })

  it('is found again by a window that was reloaded', async () => {
    await open('from-a-colleague')
    const id = session.recording?.id
    session.dispose()
    session = new Session(host, [100])
    await session.open()
    await pass()
    expect(session.recording?.id).toBe(id)
    expect(session.run?.tracks.length).toBeGreaterThan(2)
  })

  it('a folder that cannot be read any more keeps what was listed', async () => {
    const before = session.recordings.list
    vi.spyOn(host, 'recordings').mockRejectedValue(new Error('gone'))
    await session.recordings.refresh()
    expect(session.recordings.list).toBe(before)
    expect(session.notice).toBeUndefined()
  })
})
