/** The service's list of interpreters: found once, remembered, gone, changed, added by hand. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { askInterpreter } from '../../main/python/discovery/ask.ts'
import { discover } from '../../main/python/discovery/discover.ts'
import { Interpreters } from '../../main/run/interpreters.ts'
import { writeProgram, writePython } from '../python/fake-python.ts'
import { isAlive } from '../support/processes.ts'
import { until } from '../support/until.ts'

let folder = ''
let data = ''
let path = ''
let scans = 0
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'interpreters-'))
  data = join(folder, 'data')
  path = ''
  scans = 0
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Those in PATH of a machine that has nothing else, besides this one's own in /usr/bin. */
const create = () =>
  new Interpreters({
    data,
    discover: async (options) => {
      scans += 1
      const surroundings = {
        ...{ platform: process.platform, environment: { PATH: path }, home: folder },
        output: () => Promise.resolve(''),
      }
      const found = await discover({ ...options, surroundings })
      return found.filter(({ interpreter }) => interpreter.path.startsWith(folder))
    },
    ask: askInterpreter,
  })

const python = (name: string, minor: number) =>
  writePython(join(folder, name, 'bin', 'python3'), { version: [3, minor, 0, 'final', 0] })
const listed = async (interpreters: Interpreters, options = {}) =>
  (await interpreters.list(options)).map(({ version, unusable }) => unusable ?? version)

describe.skipIf(process.platform === 'win32')('the list of interpreters', () => {
  test('is looked for once, by however many windows', async () => {
    path = dirname(python('a', 13))
    const interpreters = create()
    const all = await Promise.all([
      listed(interpreters),
      listed(interpreters),
      listed(interpreters),
    ])
    expect(all).toEqual([['3.13.0'], ['3.13.0'], ['3.13.0']])
    await interpreters.list()
    expect(scans).toBe(1)
    expect(await listed(interpreters, { rescan: true })).toEqual(['3.13.0'])
    expect(scans).toBe(2)
  })

  test('says of one that has gone that it has, until it is looked for again', async () => {
    path = [python('a', 13), python('b', 12)].map(dirname).join(':')
    const interpreters = create()
    expect(await listed(interpreters)).toEqual(['3.13.0', '3.12.0'])
    rmSync(join(folder, 'a'), { recursive: true })
    const [gone] = await interpreters.list()
    expect(gone).toMatchObject({
      version: '3.13.0',
      unusable: expect.stringContaining('no longer there') as string,
    })
    expect(await interpreters.check({ kind: 'cpython', path: gone?.path ?? '' })).toMatchObject({
      ok: false,
      failure: { message: expect.stringContaining('CPython 3.13.0') as string },
    })
    python('a', 13)
    expect(await listed(interpreters)).toEqual(['3.13.0', '3.12.0'])
    rmSync(join(folder, 'a'), { recursive: true })
    expect(await listed(interpreters, { rescan: true })).toEqual(['3.12.0'])
  })

  test('asks one again that was replaced by another', async () => {
    path = dirname(python('a', 12))
    const interpreters = create()
    expect(await listed(interpreters)).toEqual(['3.12.0'])
    python('a', 13)
    expect(await listed(interpreters)).toEqual(['3.13.0'])
    writeProgram(join(folder, 'a/bin/python3'), 'exit 4')
    expect(await listed(interpreters)).toEqual(['It ended with 4.'])
  })

  test('kills what it is just asking when it is closed, and asks nothing afterwards', async () => {
    const hanging = writeProgram(
      join(folder, 'a/bin/python3'),
      `echo $$ >> ${folder}/pids; sleep 1000`,
    )
    path = dirname(hanging)
    const interpreters = create()
    const pids = (): number[] =>
      existsSync(join(folder, 'pids'))
        ? readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number)
        : []
    const scanning = interpreters.list()
    await until('it is asked', () => pids().length > 0)
    const adding = interpreters.add(hanging)
    await until('it is asked twice', () => pids().length > 1)
    await interpreters.dispose()
    expect(await scanning).toEqual([])
    expect(await adding).toMatchObject({ ok: false })
    expect(await interpreters.add(hanging)).toMatchObject({ ok: false })
    expect(pids().filter(isAlive)).toEqual([])
    expect(pids()).toHaveLength(2)
  })

  test('is empty where there is none, and everything else goes on', async () => {
    const interpreters = create()
    expect(await interpreters.list()).toEqual([])
    expect(await interpreters.check({ kind: 'cpython', path: '/usr/bin/python3' })).toMatchObject({
      ok: false,
      failure: { remedy: expect.stringContaining('Install CPython 3.8 or newer') as string },
    })
  })
})

describe.skipIf(process.platform === 'win32')('one that is added by hand', () => {
  test('is listed in its place, and remembered', async () => {
    path = [python('a', 13), python('b', 11)].map(dirname).join(':')
    const own = python('own', 12)
    const interpreters = create()
    expect(await interpreters.add(own)).toMatchObject({
      ok: true,
      value: { foundBy: 'added by hand' },
    })
    expect(await listed(interpreters)).toEqual(['3.13.0', '3.12.0', '3.11.0'])
    expect(await listed(create())).toEqual(['3.13.0', '3.12.0', '3.11.0'])
    expect(readdirSync(data)).toEqual(['interpreters.json'])
  })

  test('is forgotten by a scan once its file is gone, and not before', async () => {
    const own = python('own', 12)
    const interpreters = create()
    await interpreters.add(own)
    rmSync(join(folder, 'own'), { recursive: true })
    expect(await interpreters.list()).toHaveLength(1)
    expect(await create().list()).toHaveLength(1)
    expect(await interpreters.list({ rescan: true })).toEqual([])
    expect(await create().list()).toEqual([])
  })

  test('as the only one is neither remembered nor looked for', async () => {
    path = dirname(python('a', 13))
    const interpreters = create()
    const own = python('own', 12)
    expect(await interpreters.add(own, { only: true })).toMatchObject({ ok: true })
    expect(await listed(interpreters)).toEqual(['3.12.0'])
    expect(scans).toBe(0)
    expect(await listed(create())).toEqual(['3.13.0'])
  })

  test('may be a front that leads to it', async () => {
    const real = python('versions', 12)
    const front = writePython(join(folder, 'shims/python3'), {
      ...{ version: [3, 12, 0, 'final', 0], executable: real, prefix: join(folder, 'versions') },
    })
    expect(await create().add(front)).toMatchObject({ ok: true, value: { path: real } })
  })

  test('may be the folder of an environment', async () => {
    const own = python('venv', 12)
    expect(await create().add(join(folder, 'venv'))).toMatchObject({
      ok: true,
      value: { path: own },
    })
  })

  test('and was found already is the one that was found', async () => {
    const known = python('a', 13)
    path = dirname(known)
    const other = writePython(join(folder, 'front/python'), {
      ...{ executable: known, prefix: join(folder, 'a') },
    })
    const interpreters = create()
    expect(await interpreters.add(other)).toMatchObject({
      ok: true,
      value: { path: known, foundBy: 'PATH' },
    })
    expect(readdirSync(folder)).not.toContain('data')
  })

  test('and has gone by the next start says so, and so it is not forgotten', async () => {
    const own = python('own', 12)
    await create().add(own)
    rmSync(join(folder, 'own'), { recursive: true })
    expect(await create().list()).toMatchObject([
      { path: own, unusable: expect.stringContaining('no longer answers') as string },
    ])
  })

  test.each([
    ['', 'no path'],
    ['python3', 'not an absolute path'],
    ['/nowhere/python3', 'no such file'],
    ['/etc/passwd', 'No Python has such a name'],
    ['/bin/\0python', 'no path'],
    [`/${'x'.repeat(5_000)}`, 'no path'],
  ])('%j is refused: %s', async (given, why) => {
    const refused = await create().add(given)
    expect(refused).toMatchObject({
      ok: false,
      failure: { message: expect.stringContaining(why) as string },
    })
  })

  test('is refused with what it said', async () => {
    const own = writeProgram(join(folder, 'python3'), 'echo "not today" >&2; exit 9')
    expect(await create().add(own)).toMatchObject({
      ok: false,
      failure: { message: `${own} is no interpreter of Python. It ended with 9: not today` },
    })
    expect(await create().add(python('old', 6))).toMatchObject({
      ok: false,
      failure: { remedy: expect.stringContaining('older than 3.8') as string },
    })
    expect(await create().list()).toEqual([])
  })

  test.each([
    ['nothing', ''],
    ['no JSON', '{"version":1,"entries":["/x'],
    ['another thing', '[1,2,3]'],
    ['a newer version', '{"version":2,"entries":["/x/python3"]}'],
    ['wrong entries', '{"version":1,"entries":[7,"relative",null]}'],
  ])('is remembered though the file holds %s', async (_what, text) => {
    await create().add(python('own', 12))
    writeFileSync(join(data, 'interpreters.json'), text)
    expect(await create().list()).toEqual([])
    await create().add(python('own', 12))
    expect(await listed(create())).toEqual(['3.12.0'])
  })

  test('works although it cannot be remembered', async () => {
    writeFileSync(join(folder, 'data'), 'a file where the folder should be')
    const interpreters = create()
    expect(await interpreters.add(python('own', 12))).toMatchObject({ ok: true })
    expect(await listed(interpreters)).toEqual(['3.12.0'])
    expect(await listed(interpreters, { rescan: true })).toEqual(['3.12.0'])
  })

  test('several at once are all remembered', async () => {
    const interpreters = create()
    await interpreters.list()
    await Promise.all([9, 10, 11, 12].map((minor) => interpreters.add(python(`p${minor}`, minor))))
    const expected = ['3.12.0', '3.11.0', '3.10.0', '3.9.0']
    expect(await listed(create())).toEqual(expected)
    expect(await listed(interpreters)).toEqual(expected)
    expect(readFileSync(join(data, 'interpreters.json'), 'utf8').match(/p\d+\/bin/g)).toHaveLength(
      4,
    )
  })
})

describe.skipIf(process.platform === 'win32')('an engine', () => {
  test.each([
    [{ startMethod: 'forkserver' }, 'no start method forkserver'],
    [{ gil: false }, 'cannot be off'],
    [{ path: '/etc/passwd' }, 'none of the interpreters'],
  ] as const)('with %o is refused: %s', async (wanted, why) => {
    const own = writePython(join(folder, 'bin/python3'), {
      startMethods: ['spawn'],
      defaultStartMethod: 'spawn',
    })
    path = dirname(own)
    const interpreters = create()
    expect(
      await interpreters.check({ kind: 'cpython', path: own, startMethod: 'spawn' }),
    ).toMatchObject({ ok: true })
    expect(await interpreters.check({ kind: 'cpython', path: own, ...wanted })).toMatchObject({
      ok: false,
      failure: { message: expect.stringContaining(why) as string },
    })
  })
})
