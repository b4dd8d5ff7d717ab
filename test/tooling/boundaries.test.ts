/** The rules that keep the rooms apart catch what they are there to catch. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { ESLint, Linter } from 'eslint'
import svelte from 'eslint-plugin-svelte'
import ts from 'typescript-eslint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { boundaries } from '../../build/eslint-boundaries.js'

const root = resolve(import.meta.dirname, '../..')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'interleave-rooms-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Files of a small project with the same rooms; @returns what dependency-cruiser says of it. */
async function cruise(files: Readonly<Record<string, string>>): Promise<string> {
  const project = await mkdtemp(join(folder, 'project-'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(project, path)), { recursive: true })
    await writeFile(join(project, path), text)
  }
  const tops = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))]
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      ...['--config', join(root, 'build/boundaries.cjs'), '--output-type', 'err', ...tops],
    ],
    { cwd: project, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  return `exit ${code}\n${output}`
}

describe('dependency-cruiser', () => {
  test('lets allowed imports pass', async () => {
    const output = await cruise({
      'main/core/a.ts': 'export const a = 1',
      'main/trace/b.ts': "export { a } from '../core/a.ts'",
      'renderer/views/c.ts': "export type { a } from '../../main/core/a.ts'",
    })
    expect(output).toMatch(/^exit 0/)
  })

  test.each([
    ['core', 'trace', { 'main/core/a.ts': "import '../trace/b.ts'", 'main/trace/b.ts': '' }],
    [
      'the window',
      'demos',
      { 'renderer/views/a.ts': "import '../../main/demos/b.ts'", 'main/demos/b.ts': '' },
    ],
    [
      'a host',
      'session',
      { 'renderer/hosts/a.ts': "import '../session/b.ts'", 'renderer/session/b.ts': '' },
    ],
    [
      'what ships',
      'gallery',
      { 'renderer/views/a.ts': "import '../gallery/b.ts'", 'renderer/gallery/b.ts': '' },
    ],
    ['primitives', 'Node', { 'main/threading/a.ts': "import 'node:fs'" }],
    [
      'a type of',
      'another room',
      {
        'main/core/a.ts': "import type { B } from '../run/b.ts'",
        'main/run/b.ts': 'export type B = 1',
      },
    ],
    [
      'a folder that is',
      'no room',
      { 'main/other/a.ts': "import '../core/b.ts'", 'main/core/b.ts': '' },
    ],
  ])('refuses %s importing %s', async (_from, _to, files) => {
    const output = await cruise(files)
    expect(output).not.toMatch(/^exit 0/)
    expect(output).toContain('not-in-allowed')
  })

  test('refuses files that need each other at run time', async () => {
    const output = await cruise({
      'main/core/a.ts': "import { b } from './b.ts'; export const a = () => b",
      'main/core/b.ts': "import { a } from './a.ts'; export const b = () => a",
    })
    expect(output).toContain('no-circular')
  })
})

describe('eslint, where dependency-cruiser is blind', () => {
  const lint = (path: string, code: string) =>
    new Linter({ cwd: root })
      .verify(
        code,
        [
          ...svelte.configs.base,
          { files: ['**/*.ts'], languageOptions: { parser: ts.parser } },
          { files: ['**/*.svelte'], languageOptions: { parserOptions: { parser: ts.parser } } },
          { plugins: { interleave: { rules: { boundaries } } } },
          { files: ['**/*'], rules: { 'interleave/boundaries': 'error' } },
        ] as Linter.Config[],
        { filename: join(root, path) },
      )
      .map(({ ruleId, message }) => `${ruleId}: ${message}`)

  test('a type imported by a component', () => {
    const view = (from: string) => `<script lang="ts">\nimport type { A } from '${from}'\n</script>`
    const path = 'renderer/views/View.svelte'
    expect(lint(path, view('../../main/run/contract.ts'))).toEqual([])
    expect(lint(path, view('../../main/run/run-service.ts'))).toEqual([
      'interleave/boundaries: views may not import run (build/rooms.cjs).',
    ])
  })

  test('a module named by a URL', () => {
    const worker = (to: string) => `new Worker(new URL('${to}', import.meta.url))`
    expect(lint('main/run/a.ts', worker('./worker.ts'))).toEqual([])
    expect(lint('main/core/a.ts', worker('../run/worker.ts'))).toHaveLength(1)
  })

  test('electron is imported in its rooms only', async () => {
    const eslint = new ESLint({ cwd: root })
    const severity = async (path: string) => {
      const config = (await eslint.calculateConfigForFile(join(root, path))) as Linter.Config
      const rule = config.rules?.['no-restricted-imports']
      return Array.isArray(rule) ? rule[0] : rule
    }
    for (const path of ['main/run/a.ts', 'main/web/a.ts', 'renderer/a.ts', 'test/run/a.ts'])
      expect(await severity(path), path).toBe(2)
    for (const path of ['main/electron/a.ts', 'preload/index.ts', 'test/electron-standin/a.ts'])
      expect(await severity(path), path).toBeUndefined()
  })
})
