/**
 * Real worker threads and child processes need built JavaScript: the entries of main/run, the
 * fixture programs of the tests and the demos' programs are bundled once per test run, with shared
 * chunks, so that every thread has one instance of main/threading.
 *
 * Every run has its own folder out/test/<pid>, removed at its end, so that two runs at once do not
 * take each other's files; folders of runs that were killed are removed by the next one.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { build, type Plugin } from 'vite'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the built entries. */
    bundle: string
  }
}

const fromRoot = (...path: string[]) => resolve(import.meta.dirname, '../..', ...path)
const outputs = fromRoot('out/test')

/** By name in the output folder; what does not exist yet is left out. */
function entries(): Record<string, string> {
  const found: Record<string, string> = {}
  const add = (name: string, path: string) => {
    if (existsSync(path)) found[name] = path
  }
  for (const name of ['worker', 'section', 'bootstrap', 'child', 'runner', 'program'])
    add(name, fromRoot('main/run', `${name}.ts`))
  // It shares modules with the others, as in the product: whose own folder it is, is seen only then.
  add('cli', fromRoot('main/cli/index.ts'))
  add('loader', fromRoot('main/run/own/loader.ts'))
  add('demo', fromRoot('main/demos/own/define-demo.ts'))
  add('gil-sampler', fromRoot('main/python/sampler/gil-sampler.ts'))
  for (const room of ['threading', 'multiprocessing']) add(room, fromRoot('main', room, 'index.ts'))
  for (const file of readdirSync(fromRoot('test/fixtures')))
    if (file.endsWith('.ts'))
      add(`fixtures/${basename(file, '.ts')}`, fromRoot('test/fixtures', file))
  for (const file of readdirSync(fromRoot('test/conformance/programs')))
    add(`conformance/${basename(file, '.ts')}`, fromRoot('test/conformance/programs', file))
  for (const folder of readdirSync(fromRoot('main/demos')))
    add(`demos/${folder}`, fromRoot('main/demos', folder, 'program.ts'))
  return found
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function removeLeftOvers(): void {
  if (!existsSync(outputs)) return
  for (const folder of readdirSync(outputs))
    if (!isAlive(Number(folder))) rmSync(join(outputs, folder), { recursive: true, force: true })
}

/** An entry that imports a file that is not there fails where it is used, and only there. */
const missingFiles: Plugin = {
  name: 'missing-files',
  enforce: 'pre',
  resolveId(source, importer) {
    if (!source.startsWith('.') || importer?.includes('node_modules') !== false) return null
    const path = resolve(dirname(importer), source.replace(/\?.*$/, ''))
    return existsSync(path) ? null : { id: path, external: true }
  },
}

export default async function setup(project: TestProject): Promise<() => void> {
  removeLeftOvers()
  const outDir = join(outputs, String(process.pid))
  await build({
    root: fromRoot(),
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [missingFiles],
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node20',
      outDir,
      emptyOutDir: true,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        input: entries(),
        // Targets are looked up by the names their modules export.
        preserveEntrySignatures: 'strict',
        output: {
          format: 'es',
          entryFileNames: '[name].mjs',
          chunkFileNames: 'chunks/[name]-[hash].mjs',
        },
      },
    },
  })
  project.provide('bundle', outDir)
  return () => rmSync(outDir, { recursive: true, force: true })
}
