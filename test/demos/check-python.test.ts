import { describe, expect, test } from 'vitest'
import { checkRequest } from '../../main/demos/check.ts'
import { demos } from '../../main/demos/index.ts'
import { SCRIPT_DEMO } from '../../main/run/contract.ts'

const PYTHON = { kind: 'cpython', path: '/usr/bin/python3' }
const SCRIPT = {
  path: '/home/me/script.py',
  arguments: ['--count', '3'],
  folder: '/home/me',
  input: '',
  consent: 'a'.repeat(64),
}
const DEMO = { demo: 'sender-receiver-process' }

const check = (request: object) => checkRequest(demos, request)

function refusalOf(request: object): string {
  const checked = check(request)
  if (checked.ok) throw new Error('it was accepted')
  return `${checked.failure.message} ${checked.failure.remedy}`
}

describe('an engine', () => {
  test('with everything there is to choose is accepted as it is', () => {
    const engine = { ...PYTHON, startMethod: 'forkserver', gil: false }
    expect(check({ ...DEMO, engine })).toMatchObject({ ok: true, value: { engine } })
    expect(check({ ...DEMO, engine: { kind: 'node' } })).toMatchObject({ ok: true })
  })

  test.each([
    ['python', 'must be an object'],
    [[PYTHON], 'must be an object, not a list'],
    [{ kind: 'pypy' }, 'cannot be "pypy"'],
    [{ kind: 'node', path: '/usr/bin/node' }, 'nothing to choose'],
    [{ kind: 'cpython' }, 'names no interpreter'],
    [{ ...PYTHON, path: '' }, 'names no interpreter'],
    [{ ...PYTHON, path: 'a\0b' }, 'names no interpreter'],
    [{ ...PYTHON, path: 'p'.repeat(5_000) }, 'names no interpreter'],
    [{ ...PYTHON, startMethod: 'forkserve' }, 'Did you mean "forkserver"'],
    [{ ...PYTHON, startMethod: 3 }, 'fork, spawn, forkserver'],
    [{ ...PYTHON, gil: 'off' }, 'on or off'],
    [{ ...PYTHON, environment: {} }, 'Unknown field "environment"'],
  ])('like %j is refused with what is wrong', (engine, words) => {
    expect(refusalOf({ ...DEMO, engine })).toContain(words)
  })

  test('that cannot run the variant is refused with what can', () => {
    expect(refusalOf({ ...DEMO, variant: 'note' })).toContain('runs under CPython only')
    expect(refusalOf({ ...DEMO, variant: 'note' })).toContain('process')
    const nodeOnly = demos
      .flatMap(({ manifest }) => manifest.variants.map((variant) => ({ manifest, variant })))
      .find(({ variant }) => variant.python === undefined)
    if (nodeOnly !== undefined)
      expect(
        refusalOf({
          demo: nodeOnly.manifest.id,
          variant: nodeOnly.variant.id,
          baseline: false,
          engine: PYTHON,
        }),
      ).toContain('has no Python program')
  })
})

describe('a twin', () => {
  test('is another engine, and there is no baseline then', () => {
    const request = { ...DEMO, engine: PYTHON, twin: { ...PYTHON, startMethod: 'spawn' } }
    expect(check({ ...request, baseline: true })).toMatchObject({
      ok: true,
      value: { ...request, baseline: false },
    })
    expect(check({ ...DEMO, twin: PYTHON })).toMatchObject({ ok: true })
  })

  test('that is the engine itself is refused, also when that is said in another order', () => {
    const engine = { kind: 'cpython', path: '/p', startMethod: 'fork' }
    const twin = { startMethod: 'fork', path: '/p', kind: 'cpython' }
    expect(refusalOf({ ...DEMO, engine, twin })).toContain('the engine itself')
    expect(refusalOf({ ...DEMO, twin: { kind: 'node' } })).toContain('the engine itself')
  })

  test('that cannot run the variant is refused', () => {
    const request = { ...DEMO, variant: 'note', engine: PYTHON, twin: { kind: 'node' } }
    expect(refusalOf(request)).toContain('runs under CPython only')
  })
})

describe('a script', () => {
  const request = { demo: SCRIPT_DEMO, engine: PYTHON, script: SCRIPT }

  test('is run as it was agreed to', () => {
    expect(check(request)).toMatchObject({ ok: true, value: { script: SCRIPT, engine: PYTHON } })
    const script = { ...SCRIPT, name: 'script.py' }
    expect(check({ ...request, script })).toMatchObject({ ok: true, value: { script } })
    const { path, folder, consent } = SCRIPT
    expect(check({ ...request, script: { path, folder, consent } })).toMatchObject({
      ok: true,
      value: { script: { ...SCRIPT, arguments: [] } },
    })
    expect(check({ ...request, script: { ...SCRIPT, path: 'C:\\a.py', folder: 'C:\\' } }).ok).toBe(
      true,
    )
  })

  test.each([
    [undefined, 'no script to run'],
    ['/home/me/script.py', 'no script to run'],
    [{ ...SCRIPT, path: 'script.py' }, 'path is not absolute'],
    [{ ...SCRIPT, name: '' }, 'cannot be called'],
    [{ ...SCRIPT, name: '-c' }, 'cannot be called'],
    [{ ...SCRIPT, name: ['script.py'] }, 'cannot be called'],
    [{ ...SCRIPT, folder: '..' }, 'working folder is not absolute'],
    [{ ...SCRIPT, arguments: 'a b' }, 'list of texts'],
    [{ ...SCRIPT, arguments: [3] }, 'list of texts'],
    [{ ...SCRIPT, arguments: ['a\0b'] }, 'list of texts'],
    [{ ...SCRIPT, arguments: Array.from({ length: 1_001 }, () => '') }, 'too many arguments'],
    [{ ...SCRIPT, arguments: ['x'.repeat(30_001)] }, 'too many arguments'],
    [{ ...SCRIPT, input: 3 }, 'at most a million'],
    [{ ...SCRIPT, input: 'x'.repeat(2 ** 20 + 1) }, 'at most a million'],
    [{ ...SCRIPT, consent: '' }, 'Nobody has agreed'],
    [{ ...SCRIPT, consent: 'yes' }, 'Nobody has agreed'],
    [{ ...SCRIPT, shell: true }, 'Unknown field "shell"'],
  ])('like %.60j is refused with what is wrong', (script, words) => {
    expect(refusalOf({ ...request, script })).toContain(words)
  })

  test('belongs to its own demo, and Node cannot run it', () => {
    expect(refusalOf({ ...DEMO, script: SCRIPT })).toContain('its own program')
    expect(refusalOf({ demo: SCRIPT_DEMO, script: SCRIPT })).toContain('Node cannot run')
    expect(refusalOf({ demo: 'no-such-demo' })).not.toContain(SCRIPT_DEMO)
  })
})
