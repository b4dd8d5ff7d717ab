import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DemoManifest } from '../../../main/demos/manifest.ts'
import { MAX_SECTIONS, type RunRequest } from '../../../main/run/contract.ts'
import { FakeHost } from '../../../renderer/hosts/fake.ts'
import { FAKE_DEMOS } from '../../../renderer/hosts/fake-demos.ts'
import { axisField, TYPED } from '../../../renderer/session/case-form.svelte.ts'
import { DemoForm } from '../../../renderer/session/demo-form.svelte.ts'
import { formCommands } from '../../../renderer/session/form-commands.ts'
import { Session } from '../../../renderer/session/session.svelte.ts'
import { casesWords, sectionWords } from '../../../renderer/views/case-words.ts'

const PROCESSORS = 4
const manifestOf = (id: string): DemoManifest => {
  const found = FAKE_DEMOS.find((demo) => demo.id === id)
  if (!found) throw new Error(`no demo ${id}`)
  return found
}
const gil = manifestOf('gil-countdown')
const lock = manifestOf('lock-contention')
const asked = (form: DemoForm, engines = {}): RunRequest => {
  const request = form.request(engines)
  if (!request.ok) throw new Error(request.failure.message)
  return request.value
}
const wordsOf = (form: DemoForm) => casesWords(form, {})

class Kept {
  readonly #values = new Map<string, string>()
  getItem(key: string): string | null {
    return this.#values.get(key) ?? null
  }
  setItem(key: string, value: string): void {
    this.#values.set(key, value)
  }
}

beforeEach(() => vi.stubGlobal('localStorage', new Kept()))
afterEach(() => vi.unstubAllGlobals())

describe('what runs together', () => {
  it('is at first the baseline, as the plain pair that a demo judges itself', () => {
    const form = new DemoForm(gil, PROCESSORS)
    expect(asked(form)).toMatchObject({ baseline: true })
    expect(asked(form)).not.toHaveProperty('others')
    expect(wordsOf(form)).toBe('against one thread')
    form.cases.compare(form.variant, 'one-thread', false)
    expect(asked(form).baseline).toBe(false)
    expect(wordsOf(form)).toBe('')
  })

  it('with more than the baseline is a list of others, the baseline among them', () => {
    const form = new DemoForm(gil, PROCESSORS)
    form.cases.compare(form.variant, 'two-processes', true)
    expect(asked(form)).toMatchObject({ baseline: false, others: ['one-thread', 'two-processes'] })
    expect(wordsOf(form)).toBe('3 variants')
    // The chosen one is not compared with itself.
    form.chooseVariant('two-processes')
    expect(asked(form)).toMatchObject({ variant: 'two-processes', baseline: true })
  })

  it('a variant that is no baseline is never called one', () => {
    const form = new DemoForm(gil, PROCESSORS)
    form.cases.compare(form.variant, 'one-thread', false)
    form.cases.compare(form.variant, 'two-processes', true)
    expect(asked(form)).toMatchObject({ baseline: false, others: ['two-processes'] })
  })

  it('leaves out what the engine cannot run, and everything with a twin', () => {
    const form = new DemoForm(gil, PROCESSORS)
    form.cases.compare(form.variant, 'two-processes', true)
    const python = { engine: { kind: 'cpython', path: '/usr/bin/python3' } } as const
    expect(asked(form, python).others).toBeUndefined()
    expect(asked(form, python).baseline).toBe(true)
    const twin = asked(form, { engine: { kind: 'node' }, twin: python.engine })
    expect(twin.baseline).toBe(false)
    expect(twin).not.toHaveProperty('others')
  })

  it('sweeps by name up to twice the processors, with the baseline as another variant', () => {
    const form = new DemoForm({ ...gil, ...pick(lock, 'sweeps') }, PROCESSORS)
    form.chooseSweep('scaling')
    expect(asked(form)).toMatchObject({
      baseline: false,
      others: ['one-thread'],
      sweep: [{ parameter: 'threads', values: [1, 2, 3, 4, 5, 6, 7, 8] }],
    })
    expect(wordsOf(form)).toBe('2 variants, threads 1 to 8')
    expect(form.sections({})).toBe(8 * 2 * 3)
    expect(sectionWords(asked(form), 48)).toBe('48 sections: 2 variants × 8 values × 3 repeats')
  })

  it('a sweep that names its variants chooses them', () => {
    const sweep = {
      ...{ id: 'both', label: 'Both', help: '', variants: ['own-locks', 'one-lock'] },
      axes: [{ parameter: 'threads', values: [1, 2] }],
    }
    const form = new DemoForm({ ...lock, sweeps: [sweep], defaultSweep: 'both' }, PROCESSORS)
    expect(asked(form)).toMatchObject({ variant: 'own-locks', others: ['one-lock'] })
    expect(form.isDefault).toBe(true)
    form.chooseSweep('')
    expect(form.isDefault).toBe(false)
    form.takeDefaults()
    expect(asked(form).sweep).toEqual([{ parameter: 'threads', values: [1, 2] }])
  })

  it('sweeps what is typed; what does not hold is named at its axis', () => {
    const form = new DemoForm(lock, PROCESSORS)
    form.cases.sweepParameter('held')
    form.cases.addAxis()
    form.cases.chooseParameter(1, 'threads')
    form.cases.typeValues(0, '0.1, 1')
    form.cases.typeValues(1, '1..x')
    expect(form.request()).toMatchObject({ ok: false, failure: { parameter: axisField(1) } })
    expect(form.sections({})).toBeUndefined()
    form.cases.typeValues(1, '1..3')
    // Its own value is not used, so it need not hold.
    form.type('held', 'nonsense')
    expect(asked(form).sweep).toEqual([
      { parameter: 'held', values: [0.1, 1] },
      { parameter: 'threads', values: [1, 2, 3] },
    ])
    expect(asked(form).parameters['held']).toBe(0.1)
    expect(form.sections({})).toBe(6)
    form.cases.removeAxis(0)
    form.cases.removeAxis(0)
    expect(form.cases.sweep).toBe('')
  })

  it('is refused before anything is asked when it is more than a run has', () => {
    const form = new DemoForm(lock, PROCESSORS)
    form.cases.sweepParameter('threads')
    form.cases.typeValues(0, '1..16')
    form.type('repeats', '50')
    expect(form.sections({})).toBeGreaterThan(MAX_SECTIONS)
    expect(form.request()).toMatchObject({ ok: false, failure: { parameter: 'repeats' } })
  })

  it('does not sweep a text that takes no parameters', () => {
    const note = manifestOf('sender-receiver-thread')
    const form = new DemoForm(note, PROCESSORS)
    form.cases.sweepParameter('items')
    const python = { engine: { kind: 'cpython', path: '/usr/bin/python3' } } as const
    expect(form.sweepObstacle(python)).toContain('without parameters')
    expect(asked(form, python)).not.toHaveProperty('sweep')
    expect(asked(form)).toHaveProperty('sweep')
  })

  it('is remembered per demo, and nonsense that was kept is not believed', () => {
    const form = new DemoForm(lock, PROCESSORS)
    form.cases.compare(form.variant, 'own-locks', true)
    form.cases.sweepParameter('threads')
    form.cases.typeValues(0, '1, 3')
    const request = asked(form)
    expect(asked(new DemoForm(lock, PROCESSORS))).toEqual(request)
    expect(asked(new DemoForm(gil, PROCESSORS))).not.toHaveProperty('sweep')
    localStorage.setItem(
      'interleave.demo.lock-contention',
      JSON.stringify({
        others: ['gone', 7],
        sweep: TYPED,
        axes: [{ parameter: 'gone', text: '1' }],
      }),
    )
    const fresh = asked(new DemoForm(lock, PROCESSORS))
    expect(fresh).not.toHaveProperty('sweep')
    expect(fresh).not.toHaveProperty('others')
  })

  it('is taken over from a run: a named sweep by its name, others as typed values', () => {
    const form = new DemoForm(lock, PROCESSORS)
    form.chooseSweep('inside-outside')
    const named = asked(form)
    const other = new DemoForm(lock, PROCESSORS)
    other.adopt(named)
    expect(other.cases.sweep).toBe('inside-outside')
    other.adopt({
      ...named,
      sweep: [{ parameter: 'threads', values: [1, 5] }],
      others: ['own-locks'],
    })
    expect(other.cases.sweep).toBe(TYPED)
    expect(asked(other)).toMatchObject({
      others: ['own-locks'],
      sweep: [{ parameter: 'threads', values: [1, 5] }],
    })
  })

  it('quick is one run of small values, without a sweep', () => {
    const form = new DemoForm(lock, PROCESSORS)
    form.chooseSweep('scaling')
    form.type('held', '7')
    form.takeQuick()
    expect(asked(form)).toMatchObject({ repeats: 1, parameters: { rounds: 100, held: 1.2 } })
    expect(asked(form)).not.toHaveProperty('sweep')
    expect(form.isQuick).toBe(true)
    form.type('rounds', '101')
    expect(form.isQuick).toBe(false)
  })

  it('is in the palette: sweeps, variants and what they are compared with', () => {
    const form = new DemoForm({ ...gil, ...pick(lock, 'sweeps') }, PROCESSORS)
    const compare = vi.fn()
    const commands = () => formCommands({ form, engines: {}, compare })
    const run = (label: string) => {
      const found = commands().find((command) => command.label === label)
      if (!found) throw new Error(`no command ${label}`)
      found.run('')
    }
    run('Compare with Two processes')
    expect(wordsOf(form)).toBe('3 variants')
    run('Do not compare with One thread')
    run('Sweep: How it scales')
    expect(wordsOf(form)).toBe('2 variants, threads 1 to 8')
    run('Sweep over Count…')
    expect(compare).toHaveBeenCalledOnce()
    run('No sweep: one value each')
    run('Back to the defaults')
    expect(wordsOf(form)).toBe('against one thread')
    expect(commands().map(({ label }) => label)).not.toContain('Back to the defaults')
  })
})

describe('a refusal of the service', () => {
  it('stands at the field it is about, until that is changed', async () => {
    const host = new FakeHost({ refuse: 'estimate' })
    const session = new Session(host)
    await session.open()
    session.select('lock-contention')
    await session.start()
    expect(session.complaint).toMatchObject({ parameter: 'rounds' })
    expect(session.complaint?.message).toContain('3 h 20 min')
    expect(session.notice).toBeUndefined()
    const field = session.form?.fields.find(({ id }) => id === 'rounds')
    if (field) session.form?.tidy(field)
    expect(session.complaint).toBeDefined()
    session.form?.type('rounds', '10')
    expect(session.complaint).toBeUndefined()

    session.form?.cases.sweepParameter('rounds')
    await session.start()
    expect(session.complaint?.parameter).toBe(axisField(0))
    session.dispose()
    host.dispose()
  })
})

function pick<Key extends keyof DemoManifest>(demo: DemoManifest, key: Key) {
  return { [key]: demo[key] } as Pick<DemoManifest, Key>
}
