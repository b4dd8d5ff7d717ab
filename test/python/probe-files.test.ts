import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cacheFolder, installProbe } from '../../main/python/probe-files.ts'

const FILES = new Map([
  ['run.py', 'import probe\n'],
  ['probe/__init__.py', ''],
  ['probe/core.py', 'x = 1\n'],
])

let parent: string
beforeEach(async () => void (parent = await mkdtemp(join(tmpdir(), 'probe-'))))
afterEach(() => rm(parent, { recursive: true }))

async function install(files: ReadonlyMap<string, string> = FILES): Promise<string> {
  const installed = await installProbe(parent, files)
  if (!installed.ok) throw new Error(installed.failure.message)
  return installed.value
}

test('the real probe is there as a whole, closed to others', async () => {
  const installed = await installProbe(join(parent, 'new', 'folders'))
  if (!installed.ok) throw new Error(installed.failure.message)
  const folder = dirname(installed.value)
  expect(await readdir(folder)).toEqual(expect.arrayContaining(['run.py', 'interleave_probe']))
  if (process.platform !== 'win32') expect((await stat(folder)).mode & 0o777).toBe(0o700)
})

test('it is written once, and what CPython compiled beside it stays', async () => {
  const path = await install()
  const { mtimeMs } = await stat(path)
  const cache = join(dirname(path), '__pycache__')
  await mkdir(cache)
  await writeFile(join(cache, 'run.pyc'), 'compiled')
  expect(await install()).toBe(path)
  expect((await stat(path)).mtimeMs).toBe(mtimeMs)
  expect(await readdir(cache)).toEqual(['run.pyc'])
})

test.each([
  ['changed', (path: string) => writeFile(path, 'import evil\n')],
  ['removed', (path: string) => rm(path)],
  ['joined by another', (path: string) => writeFile(join(dirname(path), 'threading.py'), '')],
  ['opened to others', (path: string) => chmod(dirname(path), 0o777)],
])('a file that was %s is not run', async (_what, change) => {
  const path = await install()
  await change(path)
  expect(await install()).toBe(path)
  expect(await readFile(path, 'utf8')).toBe('import probe\n')
  expect((await readdir(dirname(path))).toSorted()).toEqual(['probe', 'run.py'])
})

test('another version lies beside it, and neither disturbs the other', async () => {
  const newer = new Map([...FILES, ['run.py', 'import newer\n']])
  const paths = [await install(), await install(newer)]
  expect(new Set(paths).size).toBe(2)
  expect(await readFile(paths[0] ?? '', 'utf8')).toBe('import probe\n')
})

test('versions that nobody has used for a week are removed, and nothing else', async () => {
  const old = await install(new Map([...FILES, ['run.py', 'import old\n']]))
  const other = await install(new Map([...FILES, ['run.py', 'import other\n']]))
  const torn = `${dirname(old)}.0123456789abcdef`
  const foreign = ['probe-mine', 'probe-0123456789abcdef-kept', 'recordings']
  for (const name of foreign) await mkdir(join(parent, name))
  await mkdir(torn)
  const linked = join(parent, 'probe-0123456789abcdef')
  await symlink(join(parent, 'recordings'), linked, 'junction')
  const longAgo = new Date(Date.now() - 8 * 24 * 3_600_000)
  for (const path of [dirname(old), torn, ...foreign.map((name) => join(parent, name))])
    await utimes(path, longAgo, longAgo)
  const path = await install()
  const left = [dirname(path), dirname(other), linked].map((each) => basename(each))
  expect((await readdir(parent)).toSorted()).toEqual([...left, ...foreign].toSorted())
})

test('a version that is used stays, however long ago it was written', async () => {
  const path = await install()
  // A whole second: others are rounded on their way into the file system.
  const longAgo = new Date(Math.floor(Date.now() / 1_000 - 30 * 24 * 3_600) * 1_000)
  for (const each of [path, dirname(path)]) await utimes(each, longAgo, longAgo)
  expect(await install()).toBe(path)
  await install(new Map([...FILES, ['run.py', 'import newer\n']]))
  // The file is as it was: what was compiled of it holds.
  expect((await stat(path)).mtimeMs).toBe(longAgo.getTime())
})

test('several that write it at once leave one, whole', async () => {
  const paths = await Promise.all(Array.from({ length: 8 }, () => install()))
  expect(new Set(paths).size).toBe(1)
  expect(await readdir(parent)).toHaveLength(1)
})

test('where it cannot be written that is said', async () => {
  await writeFile(join(parent, 'file'), '')
  expect(await installProbe(join(parent, 'file'), FILES)).toMatchObject({ ok: false })
})

test('the folder is the system’s for what can be made again', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/c' }, 'linux')).toBe(join('/c', 'interleave'))
  expect(cacheFolder({ XDG_CACHE_HOME: 'relative' }, 'linux')).toMatch(/\.cache.interleave$/)
  expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local', 'Interleave'))
})
