import { afterEach, describe, expect, it, vi } from 'vitest'
import { MOST_MEMBERS } from '../../../main/export/compare/members.ts'
import { MOST_GUESTS, type RunInfo, type RunRequest } from '../../../main/run/contract.ts'
import { FakeHost } from '../../../renderer/hosts/fake.ts'
import { FAKE_RECORDINGS } from '../../../renderer/hosts/fake-recordings.ts'
import { Session } from '../../../renderer/session/session.svelte.ts'

const REQUEST: RunRequest = {
  demo: 'gil-countdown',
  variant: 'two-threads-gil',
  parameters: { threads: 2, count: 50 },
  repeats: 3,
  baseline: false,
}
const [COUNTDOWN = '', CONTENTION = '', OVERNIGHT = '', PHILOSOPHERS = '', DAMAGED = ''] =
  FAKE_RECORDINGS.map(({ path }) => path)

let host: FakeHost
let session: Session
afterEach(() => {
  session.dispose()
  host.dispose()
  vi.unstubAllGlobals()
})

const settled = async (isThere: () => boolean) => {
  for (let turn = 0; turn < 5_000 && !isThere(); turn++) await Promise.resolve()
  expect(isThere()).toBe(true)
}

/** A window with a run that is over: two cases of three repeats, or none. */
async function open(scenario: 'twins' | 'gil' = 'twins'): Promise<void> {
  host = new FakeHost({ seed: 7, standAt: 1, scenario })
  await host.start(REQUEST)
  session = new Session(host, [0, 0])
  await session.open()
  await settled(() => session.run?.summary !== undefined)
}
const labels = () => session.comparison.members.map(({ label }) => label.split('@')[1] ?? label)

describe('a comparison', () => {
  it('begins with the cases of the run, each with its repeat nearest to the median', async () => {
    await open()
    session.compare()
    await settled(() => session.comparison.members.length === 2)
    expect(labels()).toEqual(['CPython 3.13.0', 'CPython 3.13.0 free-threaded'])
    const { comparison } = session
    for (const member of comparison.members) {
      const times = comparison.repeatsOf(member).map(({ elapsed }) => elapsed)
      expect(times.toSorted((a, b) => a - b)[1]).toBe(comparison.shownOf(member)?.elapsed)
    }
    expect(comparison.isByRepeat).toBe(false)
    session.compare()
    expect(comparison.isShown).toBe(false)
    expect(comparison.members).toHaveLength(2)
  })

  it('is of single repeats as soon as two of them are of one case', async () => {
    await open()
    session.compare()
    await settled(() => session.comparison.members.length === 2)
    const [first] = session.comparison.members
    if (!first) throw new Error('no member')
    await session.comparison.addRun(first.run, first.label, 3)
    expect(session.comparison.isByRepeat).toBe(true)
    expect(session.comparison.members[2]?.repeat).toBe(3)
  })

  it('is moved, given other repeats and left, member by member', async () => {
    await open()
    session.compare()
    await settled(() => session.comparison.members.length === 2)
    const { comparison } = session
    const [first, second] = comparison.members.map(({ key }) => key)
    comparison.move(first ?? 0, 1)
    expect(comparison.members.map(({ key }) => key)).toEqual([second, first])
    comparison.move(first ?? 0, 1)
    expect(comparison.members.map(({ key }) => key)).toEqual([second, first])
    comparison.showRepeat(first ?? 0, 1)
    expect(comparison.members[1]?.repeat).toBe(1)
    comparison.remove(first ?? 0)
    expect(comparison.members.map(({ key }) => key)).toEqual([second])
  })

  it('opens recordings beside the run, which stays, and closes them when they leave', async () => {
    await open('gil')
    await session.compareWith(CONTENTION)
    const { comparison } = session
    expect(comparison.isShown).toBe(true)
    expect(comparison.members.map(({ run }) => run.request.demo)).toEqual([
      'gil-countdown',
      'lock-contention',
    ])
    expect(await host.guests()).toHaveLength(1)
    expect(await host.runs()).toHaveLength(1)
    comparison.removeRecording(CONTENTION)
    expect(comparison.has(CONTENTION)).toBe(false)
    expect(await host.guests()).toHaveLength(0)
    // The run itself is not closed with its member.
    comparison.clear()
    expect(session.run?.client).toBeDefined()
  })

  it('opens a recording once, however often it is compared', async () => {
    await open('gil')
    await session.compareWith(CONTENTION)
    await session.compareWith(CONTENTION)
    expect(session.comparison.members).toHaveLength(3)
    expect(await host.guests()).toHaveLength(1)
    session.comparison.remove(session.comparison.members[2]?.key ?? 0)
    expect(await host.guests()).toHaveLength(1)
  })

  it('says why a recording cannot be compared, and keeps what is', async () => {
    await open()
    session.compare()
    await settled(() => session.comparison.members.length === 2)
    await session.compareWith(DAMAGED)
    expect(session.notice?.title).toContain('damaged')
    expect(session.comparison.members).toHaveLength(2)
    expect(session.comparison.isOpening).toBe(false)
  })

  it('has a bound, beyond which nothing stays open', async () => {
    await open()
    session.compare()
    await settled(() => session.comparison.members.length === 2)
    const [first] = session.comparison.members
    if (!first) throw new Error('no member')
    while (!session.comparison.isFull) await session.comparison.addRun(first.run, first.label)
    expect(session.comparison.members).toHaveLength(MOST_MEMBERS)
    await session.compareWith(CONTENTION)
    expect(session.notice?.title).toContain('6 are compared already')
    expect(session.comparison.members).toHaveLength(MOST_MEMBERS)
    expect(await host.guests()).toHaveLength(0)
  })

  it('leaves open what other windows have opened, while there is room', async () => {
    await open('gil')
    const left = [COUNTDOWN, PHILOSOPHERS]
    for (const path of left) await host.openGuest(path)
    expect((await host.guests()).length).toBeLessThan(MOST_GUESTS)
    await session.compareWith(CONTENTION)
    expect(await host.guests()).toHaveLength(3)
  })

  it('closes what this window has left open, and nothing of another one, to make room', async () => {
    const kept = new Map<string, string>()
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    })
    await open('gil')
    await session.compareWith(CONTENTION)
    const mine = await host.guests()
    session.dispose()
    session = new Session(host, [])
    await session.open()
    await settled(() => session.run?.summary !== undefined)
    const others = ['one', 'two', 'three', 'four'].map((id) => ({ ...mine[0], id }) as RunInfo)
    const listed = vi.spyOn(host, 'guests').mockResolvedValue([...mine, ...others])
    const closed = vi.spyOn(host, 'closeGuest')
    await session.compareWith(PHILOSOPHERS)
    expect(closed.mock.calls).toEqual(mine.map(({ id }) => [id]))
    expect([...mine, ...others]).toHaveLength(MOST_GUESTS)
    listed.mockRestore()
    expect(session.comparison.has(PHILOSOPHERS)).toBe(true)
  })

  it('keeps open what the host gives it again', async () => {
    await open('gil')
    await session.compareWith(CONTENTION)
    const gone = session.comparison.members[1]
    if (!gone) throw new Error('no member')
    host.dropPorts()
    await settled(() => gone.run.client === undefined)
    await session.comparison.revive(gone)
    const revived = session.comparison.members[1]
    expect(revived?.run.id).toBe(gone.run.id)
    expect(revived?.run.client).toBeDefined()
    expect(await host.guests()).toHaveLength(1)
    session.comparison.clear()
    expect(await host.guests()).toHaveLength(0)
  })

  it('ends its wait for a recording that is closed while it is read, without a word', async () => {
    await open('gil')
    await session.openRecording(OVERNIGHT)
    const comparing = session.compareWith(OVERNIGHT)
    await settled(() => session.comparison.isOpening)
    session.recordings.forget()
    await comparing
    expect(session.comparison.isOpening).toBe(false)
    expect(session.comparison.members).toHaveLength(0)
    expect(session.notice).toBeUndefined()
  })

  it('says how the process that read a recording ended', async () => {
    await open('gil')
    const comparing = session.compareWith(OVERNIGHT)
    await settled(() => session.comparison.isOpening)
    await new Promise((resolve) => setTimeout(resolve))
    host.crashGuest()
    await comparing
    expect(session.notice?.title).toContain('SIGKILL')
  })

  it('keeps the figures of a run that has made way, and finds its recording', async () => {
    await open()
    session.compare()
    await settled(() => session.comparison.members.length === 2)
    const [first] = session.comparison.members
    if (!first) throw new Error('no member')
    host.dropPorts()
    await settled(() => first.run.client === undefined)
    expect(session.comparison.repeatsOf(first)).toHaveLength(3)
    // In its place: a recording of the list.
    first.run.setStatus({
      ...first.run.status,
      recording: { path: COUNTDOWN, bytes: 1, opened: true },
    })
    await session.comparison.revive(first)
    expect(session.comparison.members.map(({ run }) => run.client !== undefined)).toEqual([
      true,
      true,
    ])
    expect(await host.guests()).toHaveLength(1)
  })

  it('begins anew beside the run in view when what was compared is gone', async () => {
    await open()
    session.compare()
    await settled(() => session.comparison.members.length === 2)
    host.dropPorts()
    await settled(() => session.run?.client === undefined)
    await session.compareWith(CONTENTION)
    expect(session.comparison.members.map(({ run }) => run.request.demo)).toEqual([
      'lock-contention',
    ])
  })

  it('leaves the screen when a demo is chosen or a recording opened', async () => {
    await open()
    session.compare()
    session.select('lock-contention')
    expect(session.comparison.isShown).toBe(false)
    session.compare()
    expect(session.comparison.isShown).toBe(true)
    await session.openRecording(COUNTDOWN)
    expect(session.comparison.isShown).toBe(false)
  })
})
