import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { createForkLauncher } from '../../main/run/fork-launcher.ts'
import type { OwnDemos } from '../../main/run/contract.ts'
import { createRunService } from '../../main/run/run-service.ts'
import type { RunService } from '../../main/run/service.ts'

let root: string
let folder: string
let service: RunService

const createService = () => {
  const entry = (name: string) => join(inject('bundle'), `${name}.mjs`)
  return createRunService({
    launcher: createForkLauncher({
      runner: entry('runner'),
      child: entry('child'),
      loader: entry('loader'),
    }),
    recordings: join(root, 'recordings'),
    data: join(root, 'data'),
    environment: { platform: 'test', node: '20', processors: 2, startedAt: '' },
  })
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'interleave-own-demos-test-'))
  folder = join(root, 'demos')
  await mkdir(folder)
  service = createService()
})

afterEach(async () => {
  await service.dispose()
  await rm(root, { recursive: true, force: true })
})

const write = (name: string, text: string) => writeFile(join(folder, name), text)

async function use(): Promise<OwnDemos> {
  const used = await service.useOwnDemos(folder)
  if (!used.ok) throw new Error(used.failure.message)
  return used.value
}

const HELLO = `import { defineDemo } from 'interleave/demo'
import { checkpoint, print, Thread } from 'interleave/threading'
import { greeting } from './words.ts'

type Values = { readonly times: number }

export function greet(name: string): void {
  print(\`\${greeting} \${name}\`)
  checkpoint(1)
}

export function main({ times }: Values): void {
  for (let time = 0; time < times; time += 1) {
    const t = new Thread({ target: greet, args: ['Ada'] })
    t.start()
    t.join()
  }
}

export function fails(): void {
  const nothing: { name?: string } | undefined = undefined as never
  print(nothing!.name!)
}

export default defineDemo({
  title: 'Hello',
  summary: 'Says hello.',
  parameters: { times: { label: 'Times', minimum: 1, maximum: 9, default: 2 } },
  variants: { main: { label: 'Main', run: main }, fails: { label: 'Fails', run: fails } },
  work: ['times'],
})
`

it('a file of the folder is a demo that runs, in TypeScript, with what it imports', async () => {
  await write('hello.demo.ts', HELLO)
  await write('words.ts', `export const greeting: string = 'hello'\n`)
  const { demos, broken } = await use()
  expect(broken).toEqual([])
  expect(demos.map(({ id, title }) => [id, title])).toEqual([['own-hello', 'Hello']])
  expect(demos[0]?.sources.map(({ file }) => file)).toEqual(['hello.demo.ts', 'words.ts'])

  const request = { demo: 'own-hello', parameters: { times: 3 }, repeats: 1 }
  const started = await service.start(request)
  if (!started.ok) throw new Error(started.failure.message)
  const { status } = await service.over(started.value.id)
  expect(status).toMatchObject({ state: 'finished', done: 3, total: 3 })
  const summary = await service.summary(started.value.id)
  expect(summary?.verdict.headline).toMatch(/^Main took /)

  const path = status.recording?.path ?? ''
  const opened = await service.open(path)
  if (!opened.ok) throw new Error(opened.failure.message)
  await service.over(opened.value.id)
  expect((await service.summary(opened.value.id))?.verdict.headline).toMatch(/^Main took /)
})

it('what it throws while it runs is told with the line of the user’s file', async () => {
  await write('hello.demo.ts', HELLO)
  await write('words.ts', `export const greeting = 'hello'\n`)
  await use()
  const started = await service.start({ demo: 'own-hello', variant: 'fails', repeats: 1 })
  if (!started.ok) throw new Error(started.failure.message)
  const { status } = await service.over(started.value.id)
  expect(status.state).toBe('failed')
  const line = HELLO.split('\n').findIndex((each) => each.includes('nothing!.name')) + 1
  expect(status.failure?.headline).toContain(`hello.demo.ts:${line}`)
})

it('a file that changes is another demo the next time, and the folder is remembered', async () => {
  await write('hello.demo.ts', HELLO)
  await write('words.ts', `export const greeting = 'hello'\n`)
  await use()
  await write('hello.demo.ts', HELLO.replace("title: 'Hello'", "title: 'Good evening'"))
  expect((await service.ownDemos()).demos.map(({ title }) => title)).toEqual(['Good evening'])
  await write('words.ts', `export const greeting: = 'hello'\n`)
  expect((await service.ownDemos()).broken).toMatchObject([{ file: 'words.ts', line: 1 }])
  await service.dispose()
  service = createService()
  expect((await service.ownDemos()).folder).toBe(folder)
  await service.forgetOwnDemos()
  expect(await service.ownDemos()).toEqual({ folder: '', demos: [], broken: [] })
})

it('a mistake in a file that it imports is gone once that file is right, or there', async () => {
  await write('hello.demo.ts', HELLO)
  expect((await use()).broken[0]?.message).toMatch(/no file/)
  await write('words.ts', `export const greeting: = 1\n`)
  expect((await service.ownDemos()).broken).toMatchObject([{ file: 'words.ts', line: 1 }])
  await write('words.ts', `export const greeting = 'hello'\n`)
  expect((await service.ownDemos()).demos).toHaveLength(1)
})

it('a package is found by Node’s own rules, also one that can only be imported', async () => {
  const folderOfPackage = join(root, 'node_modules/words')
  await mkdir(folderOfPackage, { recursive: true })
  const manifest = {
    name: 'words',
    version: '1.0.0',
    type: 'module',
    exports: { import: './w.js' },
  }
  await writeFile(join(folderOfPackage, 'package.json'), JSON.stringify(manifest))
  await writeFile(join(folderOfPackage, 'w.js'), `export const greeting = 'hello'\n`)
  await write('hello.demo.ts', HELLO.replace('./words.ts', 'words'))
  expect(await use()).toMatchObject({ broken: [], demos: [{ id: 'own-hello' }] })
  const started = await service.start({ demo: 'own-hello', repeats: 1 })
  if (!started.ok) throw new Error(started.failure.message)
  expect((await service.over(started.value.id)).status.state).toBe('finished')
})

it('what goes wrong within Node is told at the line that called it', async () => {
  await write('a.demo.js', `import { readFileSync } from 'node:fs'\n\nreadFileSync('nothing')\n`)
  expect((await use()).broken).toMatchObject([{ file: 'a.demo.js', line: 3 }])
})

it('opening a recording runs no file of the user’s', async () => {
  await write('hello.demo.ts', HELLO)
  await write('words.ts', `export const greeting = 'hello'\n`)
  await use()
  const started = await service.start({ demo: 'own-hello', repeats: 1 })
  if (!started.ok) throw new Error(started.failure.message)
  const { status } = await service.over(started.value.id)
  const trace = join(root, 'loaded')
  await write(
    'hello.demo.ts',
    `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(trace)}, '')\n${HELLO}`,
  )
  const opened = await service.open(status.recording?.path ?? '')
  if (!opened.ok) throw new Error(opened.failure.message)
  await service.over(opened.value.id)
  expect(await readdir(root)).not.toContain('loaded')
})

it.each([
  [
    'no TypeScript',
    'a.demo.ts',
    'let one = 1\nexport const x: = 3\n',
    'a.demo.ts',
    2,
    /Unexpected token/,
  ],
  ['no JavaScript', 'a.demo.js', 'let one = 1\nconst = 3\n', 'a.demo.js', 2, /Unexpected token/],
  ['more than types', 'a.demo.ts', 'enum A { B }\n', 'a.demo.ts', 1, /enum is not supported/],
  [
    'a throw',
    'a.demo.ts',
    '\n\nthrow new TypeError("no luck")\n',
    'a.demo.ts',
    3,
    /TypeError: no luck/,
  ],
  [
    'a missing package',
    'a.demo.js',
    '\nimport x from "nowhere"\n',
    'a.demo.js',
    2,
    /no package nowhere/,
  ],
  ['a missing file', 'a.demo.js', '\n\nimport x from "./no.ts"\n', 'a.demo.js', 3, /no file/],
  [
    'a room that is none',
    'a.demo.js',
    'import x from "interleave/nothing"\n',
    'a.demo.js',
    1,
    /There is no/,
  ],
  [
    'a missing export',
    'a.demo.js',
    'import { Lok } from "interleave/threading"\n',
    'a.demo.js',
    1,
    /Lok/,
  ],
  ['a way out of the folder', 'a.demo.js', 'import x from "../x.js"\n', 'a.demo.js', 1, /outside/],
  ['no definition', 'a.demo.js', 'export const x = 3\n', 'a.demo.js', 1, /no default export/],
  ['an end of the process', 'a.demo.js', 'process.exit(3)\n', 'a.demo.js', 0, /exit code 3/],
])(
  '%s is told with file and line, and harms no other demo',
  async (_, name, text, file, line, message) => {
    await write(name, text)
    await write('hello.demo.ts', HELLO)
    await write('words.ts', `export const greeting = 'hello'\n`)
    const { demos, broken } = await use()
    expect(demos.map(({ id }) => id)).toEqual(['own-hello'])
    expect(broken).toMatchObject([{ demo: name, file, line }])
    expect(broken[0]?.message).toMatch(message)
    const started = await service.start({ demo: 'own-a' })
    expect(started.ok ? '' : started.failure.message).toContain(name)
  },
)

it('a file that never comes to its end is given up, and no process of it is left', async () => {
  await write('a.demo.js', 'for (;;);\n')
  const { broken } = await use()
  expect(broken[0]?.message).toMatch(/did not come to the end/)
})

it('a host that ends while a file is loaded waits for nothing, and leaves no folder', async () => {
  await write('a.demo.js', 'for (;;);\n')
  const before = (await readdir(tmpdir())).filter((name) =>
    /^interleave-own-[0-9a-f]{12}$/.test(name),
  )
  const using = service.useOwnDemos(folder)
  await service.dispose()
  await using
  const after = (await readdir(tmpdir())).filter((name) =>
    /^interleave-own-[0-9a-f]{12}$/.test(name),
  )
  expect(after.filter((name) => !before.includes(name))).toEqual([])
  service = createService()
})

it('a folder that is none, or goes, is told', async () => {
  expect(await service.useOwnDemos(join(root, 'nothing'))).toMatchObject({ ok: false })
  expect(await service.useOwnDemos('demos')).toMatchObject({ ok: false })
  await use()
  await rm(folder, { recursive: true })
  expect((await service.ownDemos()).failure?.message).toMatch(/There is no folder/)
  expect(await service.start({ demo: 'own-hello' })).toMatchObject({ ok: false })
})
