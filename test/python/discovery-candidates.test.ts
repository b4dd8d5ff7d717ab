/** Where interpreters are looked for: version managers, PATH, links, stubs, lists. */
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, isAbsolute, join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findCandidates } from '../../main/python/discovery/candidates.ts'
import { discover } from '../../main/python/discovery/discover.ts'
import type { Surroundings } from '../../main/python/discovery/folders.ts'
import { inLauncherList, inRegistry } from '../../main/python/discovery/windows.ts'
import { writeProgram, writePython } from './fake-python.ts'

let home = ''
beforeEach(() => (home = realpathSync(mkdtempSync(join(tmpdir(), 'candidates-')))))
afterEach(() => rmSync(home, { recursive: true }))

const surroundings = (
  environment: Record<string, string> = {},
  platform: NodeJS.Platform = 'linux',
  output: Surroundings['output'] = () => Promise.reject(new Error('nothing is run here')),
): Surroundings => ({ platform, environment, home, output })

const make = (...parts: string[]) => writeProgram(join(home, ...parts), 'exit 1')

/** Those below the home folder: the machine's own are nobody's business here. */
const found = async (given: Surroundings) =>
  (await findCandidates(given))
    .filter(({ path }) => path.startsWith(home))
    .map(({ path, foundBy }) => `${foundBy}: ${path.slice(home.length + 1)}`)

describe.skipIf(process.platform === 'win32')('interpreters are looked for', () => {
  test('where every version manager puts them', async () => {
    const places = {
      pyenv: '.pyenv/versions/3.12.1/bin/python3',
      uv: '.local/share/uv/python/cpython-3.13/bin/python3',
      mise: '.local/share/mise/installs/python/3.12/bin/python3',
      asdf: '.asdf/installs/python/3.11.7/bin/python3',
      rye: '.rye/py/cpython@3.12.1/bin/python3',
      conda: 'miniconda3/envs/lab/bin/python3',
    }
    for (const place of Object.values(places)) make(place)
    make('miniforge3/bin/python3')
    make('elsewhere/env/bin/python3')
    mkdirSync(join(home, '.conda'))
    writeFileSync(join(home, '.conda/environments.txt'), `${home}/elsewhere/env\n\n/none\n`)
    const expected = [
      ...Object.entries(places).map(([by, place]) => `${by}: ${place}`),
      'conda: miniforge3/bin/python3',
      'conda: elsewhere/env/bin/python3',
    ]
    expect((await found(surroundings())).sort()).toEqual(expected.sort())
  })

  test('where variables say that a version manager puts them', async () => {
    for (const name of ['p', 'u', 'm', 'a', 'r', 'x']) make(name, 'python3')
    make('p/versions/3.9.18/bin/python3')
    make('u/cpython/bin/python3')
    make('m/installs/python/3.10/bin/python3')
    make('a/installs/python/3.11/bin/python3')
    make('r/py/3.12/install/bin/python3')
    make('x/envs/e/bin/python3')
    const named = {
      ...{ PYENV_ROOT: 'p', UV_PYTHON_INSTALL_DIR: 'u', MISE_DATA_DIR: 'm' },
      ...{ ASDF_DATA_DIR: 'a', RYE_HOME: 'r', MAMBA_ROOT_PREFIX: 'x' },
    }
    const environment = Object.fromEntries(
      Object.entries(named).map(([name, folder]) => [name, join(home, folder)]),
    )
    expect((await found(surroundings(environment))).length).toBe(6)
  })

  test('in PATH first, but not among shims, which only choose one', async () => {
    make('b/python3')
    make('a/python3.11')
    make('.pyenv/shims/python3')
    make('.asdf/shims/python3')
    const PATH = ['b', '.pyenv/shims', '', 'a', 'none', '.asdf/shims/']
      .map((name) => (name === '' ? '' : join(home, name)))
      .join(':')
    expect(await found(surroundings({ PATH }))).toEqual(['PATH: b/python3', 'PATH: a/python3.11'])
  })

  test('but not in folders of PATH that depend on where somebody is', async () => {
    make('here/python3')
    const PATH = relative(process.cwd(), join(home, 'here'))
    const all = await findCandidates(surroundings({ PATH }))
    expect(all.filter(({ path }) => !isAbsolute(path))).toEqual([])
  })

  test('once for all names of one file, by the plainest', async () => {
    make('bin/python3.13')
    symlinkSync('python3.13', join(home, 'bin/python3'))
    symlinkSync('python3', join(home, 'bin/python'))
    linkSync(join(home, 'bin/python3.13'), join(home, 'bin/python3.13t'))
    symlinkSync(join(home, 'bin'), join(home, 'again'))
    const PATH = `${home}/bin:${home}/again:${home}/bin`
    expect(await found(surroundings({ PATH }))).toEqual(['PATH: bin/python3'])
  })

  test('and a virtual environment is one of its own', async () => {
    make('bin/python3')
    mkdirSync(join(home, 'venv/bin'), { recursive: true })
    symlinkSync(join(home, 'bin/python3'), join(home, 'venv/bin/python3'))
    const PATH = `${home}/venv/bin:${home}/bin`
    expect(await found(surroundings({ PATH }))).toEqual([
      'PATH: venv/bin/python3',
      'PATH: bin/python3',
    ])
  })

  test('but not what only has the name', async () => {
    for (const name of [
      'python3-config',
      'python3.11-gdb.py',
      'pythonw',
      'python2',
      'ipython3',
      'python3.x',
    ])
      make('bin', name)
    mkdirSync(join(home, 'bin/python3'))
    symlinkSync('nowhere', join(home, 'bin/python3.9'))
    symlinkSync('python3.10', join(home, 'bin/python3.10'))
    chmodSync(make('bin/python3.8'), 0o644)
    expect(await found(surroundings({ PATH: join(home, 'bin') }))).toEqual([])
  })

  test('and macOS’s stub, which opens a dialog, is not touched', async () => {
    const all = await findCandidates(surroundings({ PATH: '/usr/bin' }, 'darwin'))
    expect(
      all.map(({ path }) => path).filter((path) => /^\/usr\/bin\/python3?$/.test(path)),
    ).toEqual([])
  })

  test('and a list of a gigabyte is not read', async () => {
    mkdirSync(join(home, '.conda/environments.txt'), { recursive: true })
    expect(await found(surroundings())).toEqual([])
  })
})

describe('what Windows knows', () => {
  test('is read from its launcher, as old and new ones write it', () => {
    const text = [
      'Installed Pythons found by py Launcher',
      ' -V:3.13t *      C:\\Users\\A B\\Python313\\python3.13t.exe\r',
      ' -V:Company/x    D:\\x\\python.exe',
      ' -3.8-64        C:\\Python38\\python.exe *',
      ' -3.7-32        C:\\Python37-32\\python.exe',
      'No Installed Pythons Found!',
    ].join('\n')
    expect(inLauncherList(text)).toEqual([
      'C:\\Users\\A B\\Python313\\python3.13t.exe',
      'D:\\x\\python.exe',
      'C:\\Python38\\python.exe',
      'C:\\Python37-32\\python.exe',
    ])
  })

  test('is read from the registry', () => {
    const text =
      '\r\nHKEY_CURRENT_USER\\Software\\Python\\PythonCore\\3.12\\InstallPath\r\n' +
      '    ExecutablePath    REG_SZ    C:\\Program Files\\Python312\\python.exe\r\n' +
      '    WindowedExecutablePath    REG_SZ    C:\\Program Files\\Python312\\pythonw.exe\r\n'
    expect(inRegistry(text)).toEqual(['C:\\Program Files\\Python312\\python.exe'])
  })

  test('is asked on Windows alone, and the Store’s aliases are not run', async () => {
    const asked: string[] = []
    const PATH = join(home, 'Microsoft', 'WindowsApps')
    make('Microsoft/WindowsApps/python.exe')
    const given = surroundings({ PATH }, 'win32', (command, args) => {
      asked.push([command, ...args].join(' '))
      return Promise.resolve('')
    })
    expect(await found(given)).toEqual([])
    expect(asked).toContain('py -0p')
    expect(asked.filter((each) => each.startsWith('reg query'))).toHaveLength(3)
  })
})

describe.skipIf(process.platform === 'win32')('what is found', () => {
  const versions = async (given: Surroundings) =>
    (await discover({ surroundings: given }))
      .filter(({ interpreter }) => interpreter.path.startsWith(home))
      .map(({ interpreter }) => `${interpreter.version}${interpreter.freeThreaded ? 't' : ''}`)

  test('is the newest first, free-threaded builds behind their siblings', async () => {
    const all = [
      ['a', { version: [3, 9, 1, 'final', 0] }],
      ['b', { version: [3, 13, 5, 'final', 0], freeThreaded: true, gil: false }],
      ['c', { version: [3, 15, 0, 'alpha', 7] }],
      ['d', { version: [3, 15, 0, 'beta', 2] }],
      ['e', { version: [3, 13, 0, 'final', 0] }],
      ['f', { version: [3, 15, 0, 'candidate', 1] }],
      ['g', { version: [3, 7, 9, 'final', 0] }],
      ['h', { version: [3, 15, 0, 'final', 0] }],
    ] as const
    for (const [name, answer] of all) writePython(join(home, name, 'bin/python3'), answer)
    const PATH = all.map(([name]) => join(home, name, 'bin')).join(':')
    expect(await versions(surroundings({ PATH }))).toEqual([
      ...['3.15.0', '3.15.0rc1', '3.15.0b2', '3.15.0a7', '3.13.0', '3.13.5t', '3.9.1', '3.7.9'],
    ])
  })

  test('is each interpreter once, though several files lead to it', async () => {
    const real = writePython(join(home, 'real/bin/python3'))
    writePython(join(home, 'front/python3'), { executable: real, prefix: dirname(dirname(real)) })
    writePython(join(home, 'venv/bin/python3'), { executable: real, prefix: join(home, 'venv') })
    const PATH = ['front', 'real/bin', 'venv/bin'].map((name) => join(home, name)).join(':')
    const all = await discover({ surroundings: surroundings({ PATH }) })
    expect(
      all.map(({ interpreter }) => interpreter.path).filter((path) => path.startsWith(home)),
    ).toEqual([join(home, 'front/python3'), join(home, 'venv/bin/python3')])
  })

  test('is nothing that gives no answer, and one that hangs keeps nobody from being found', async () => {
    writeProgram(join(home, 'hangs/python3'), 'sleep 1000')
    writeProgram(join(home, 'prints/python3'), 'exec yes')
    writePython(join(home, 'good/python3'))
    const PATH = ['hangs', 'prints', 'good'].map((name) => join(home, name)).join(':') + ':/bin'
    const all = await discover({ surroundings: surroundings({ PATH }), milliseconds: 5_000 })
    expect(
      all.map(({ interpreter }) => interpreter.path).filter((path) => path.startsWith(home)),
    ).toEqual([join(home, 'good/python3')])
  })
})
