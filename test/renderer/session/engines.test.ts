import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeHost, type FakeOptions } from '../../../renderer/hosts/fake.ts'
import { NODE } from '../../../renderer/session/engine-rules.ts'
import { Session } from '../../../renderer/session/session.svelte.ts'

/** What a browser keeps, without one. */
class Kept {
  readonly #values = new Map<string, string>()
  getItem(key: string): string | null {
    return this.#values.get(key) ?? null
  }
  setItem(key: string, value: string): void {
    this.#values.set(key, value)
  }
}

const opened: { session: Session; host: FakeHost }[] = []

async function open(options: FakeOptions = {}, demo = 'gil-countdown') {
  const host = new FakeHost(options)
  const session = new Session(host)
  opened.push({ session, host })
  await session.open()
  await vi.waitFor(() => expect(session.engines.areKnown).toBe(true), 30_000)
  session.select(demo)
  const { form, engines } = session
  if (!form) throw new Error(`no form for ${demo}`)
  return { session, host, form, engines, started: vi.spyOn(host, 'start') }
}
const python = { kind: 'cpython', path: '/usr/bin/python3' } as const
/** Of the made-up demos only this one's second text takes parameters. */
const chooseIn = ({ engines, form }: Awaited<ReturnType<typeof open>>, engine = python) => {
  const runs = engines.choose(engine, form.manifest, form.variant)
  if (runs) form.chooseVariant(runs.id)
}

describe('the engines of a window', () => {
  beforeEach(() => vi.stubGlobal('localStorage', new Kept()))
  afterEach(() => {
    for (const { session, host } of opened.splice(0)) {
      session.dispose()
      host.dispose()
    }
    vi.unstubAllGlobals()
  })

  it('are Node alone in a request that says nothing of them', async () => {
    const window = await open()
    await window.session.start()
    expect(window.started.mock.lastCall?.[0]).not.toHaveProperty('engine')
  })

  it('name the interpreter and how it is started in the request', async () => {
    const window = await open()
    chooseIn(window)
    window.engines.change(window.form.variant, { startMethod: 'spawn' })
    await window.session.start()
    expect(window.started.mock.lastCall?.[0].engine).toEqual({ ...python, startMethod: 'spawn' })
  })

  it('run both of two without a baseline, and one alone when they are the same', async () => {
    const window = await open()
    chooseIn(window)
    window.form.baseline = true
    window.engines.compareWith(NODE)
    await window.session.start()
    expect(window.started.mock.lastCall?.[0]).toMatchObject({
      engine: python,
      twin: NODE,
      baseline: false,
    })
    window.engines.compareWith(python)
    expect(window.engines.twinFor(window.form.variant)).toBeUndefined()
  })

  it('outlive the window, and the interpreter that has gone is not believed in', async () => {
    chooseIn(await open())
    const again = await open()
    expect(again.engines.engineFor(again.form.variant)).toEqual(python)
    const without = await open({ interpreters: 'none' })
    expect(without.engines.engineFor(without.form.variant)).toEqual(NODE)
  })

  it('leave a demo without a Python program to Node, and keep what was chosen for others', async () => {
    const window = await open()
    chooseIn(window)
    window.session.select('lock-contention')
    const form = window.session.form
    if (!form) throw new Error('no form')
    expect(window.engines.engineFor(form.variant)).toEqual(NODE)
    expect(window.engines.choose(python, form.manifest, form.variant)).toBeUndefined()
    expect(window.engines.engineFor(window.form.variant)).toEqual(python)
  })

  it('say what to install where a Python program has nothing to run it', async () => {
    const window = await open({ interpreters: 'none' }, 'sender-receiver-thread')
    window.form.chooseVariant('guarded')
    expect(window.engines.hasNone).toBe(true)
    await window.session.start()
    expect(window.started).not.toHaveBeenCalled()
    expect(window.session.notice?.text).toMatch(/python\.org/)
  })

  it('list what was added, and say what was wrong with what was not', async () => {
    const { engines } = await open({ interpreters: 'none' })
    expect(await engines.add('/etc/passwd')).toBeUndefined()
    expect(engines.complaint?.message).toContain('/etc/passwd')
    const added = await engines.add('/opt/python/bin/python3')
    expect(engines.interpreters).toContainEqual(added)
    expect(engines.complaint).toBeUndefined()
  })

  it('keep what they showed when the host does not answer', async () => {
    const { engines, host } = await open()
    vi.spyOn(host, 'interpreters').mockRejectedValue(new Error('It is gone.'))
    await engines.rescan()
    expect(engines.interpreters.length).toBeGreaterThan(3)
    expect(engines.complaint?.message).toBe('It is gone.')
    expect(engines.isLooking).toBe(false)
  })
})
