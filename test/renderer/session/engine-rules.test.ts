import { describe, expect, it } from 'vitest'
import type { VariantDefinition } from '../../../main/demos/manifest.ts'
import type { CPythonEngine } from '../../../main/run/contract.ts'
import { FAKE_INTERPRETERS } from '../../../renderer/hosts/fake-interpreters.ts'
import {
  areDifferent,
  cannotRun,
  factsOf,
  fitting,
  NODE,
  readEngine,
  takesParameters,
  twinOf,
  variantFor,
} from '../../../renderer/session/engine-rules.ts'

const python: CPythonEngine = { kind: 'cpython', path: '/usr/bin/python3' }
const text = (takes: 'nothing' | 'parameters') => ({ file: 'program.py', text: 'pass', takes })
const variant = (id: string, rest: Partial<VariantDefinition>): VariantDefinition => ({
  ...{ id, label: id, help: '', gil: false, needs: [] },
  ...rest,
})
const both = variant('both', { program: 'main', python: text('parameters') })
const alone = variant('alone', { program: 'main' })
const verbatim = variant('verbatim', { python: text('nothing') })

const [plain] = FAKE_INTERPRETERS.many.slice(1)
const freeThreaded = FAKE_INTERPRETERS.many.find((each) => each.freeThreaded)
if (!plain || !freeThreaded) throw new Error('the made-up interpreters lack one of each kind')

describe('what an engine runs', () => {
  it('is what there is a program for, and the sentence says which engine has one', () => {
    expect(cannotRun(both, NODE)).toBeUndefined()
    expect(cannotRun(both, python)).toBeUndefined()
    expect(cannotRun(alone, python)).toMatch(/Node/)
    expect(cannotRun(verbatim, NODE)).toMatch(/CPython/)
  })

  it('is the chosen variant, else the default, else any: never one that it cannot run', () => {
    const manifest = { variants: [alone, verbatim, both], defaultVariant: 'both' }
    expect(variantFor(manifest, verbatim, python)?.id).toBe('verbatim')
    expect(variantFor(manifest, alone, python)?.id).toBe('both')
    expect(variantFor({ ...manifest, defaultVariant: 'alone' }, alone, python)?.id).toBe('verbatim')
    expect(variantFor({ variants: [alone], defaultVariant: 'alone' }, alone, python)).toBe(
      undefined,
    )
  })

  it('takes parameters unless all that runs is a text as it stands', () => {
    expect(takesParameters(verbatim, [python])).toBe(false)
    expect(takesParameters(both, [python])).toBe(true)
    expect(takesParameters({ python: text('nothing') }, [python, NODE])).toBe(true)
  })
})

describe('a twin', () => {
  it('is never the same engine twice', () => {
    expect(areDifferent(python, python)).toBe(false)
    expect(areDifferent(NODE, NODE)).toBe(false)
    expect(areDifferent(NODE, python)).toBe(true)
    expect(areDifferent(python, { ...python, startMethod: 'spawn' })).toBe(true)
  })

  it('of the same interpreter is started in another way than by default', () => {
    const engine = { kind: 'cpython', path: plain.path } as const
    expect(twinOf(plain, engine).startMethod).toBe('spawn')
    expect(twinOf(plain, NODE)).toEqual(engine)
    expect(
      twinOf({ ...freeThreaded, startMethods: [] }, { ...engine, path: freeThreaded.path }).gil,
    ).toBe(true)
  })
})

describe('what was chosen', () => {
  it('goes with the interpreter that cannot do it any more', () => {
    const chosen: CPythonEngine = { ...python, startMethod: 'spawn', gil: false }
    expect(fitting(chosen, plain)).toEqual({ ...python, startMethod: 'spawn' })
    expect(fitting(chosen, { ...plain, startMethods: ['fork'] })).toEqual(python)
    expect(fitting({ ...chosen, path: freeThreaded.path }, freeThreaded).gil).toBe(false)
  })

  it('is believed only as far as it is an engine', () => {
    for (const nonsense of [
      null,
      1,
      'node',
      [],
      {},
      { kind: 'cpython' },
      { kind: 'pypy', path: '/' },
    ])
      expect(readEngine(nonsense)).toBeUndefined()
    expect(readEngine({ kind: 'cpython', path: '/p', startMethod: 'thread', gil: 'yes' })).toEqual({
      kind: 'cpython',
      path: '/p',
    })
    expect(readEngine({ ...python, startMethod: 'fork', gil: true })).toEqual({
      ...python,
      startMethod: 'fork',
      gil: true,
    })
  })

  it('is told with whether the GIL is on', () => {
    expect(factsOf(plain)).toBe('GIL on · fork · PATH')
    expect(factsOf(freeThreaded)).toBe('GIL off · fork · pyenv')
  })
})
