// Loader hooks: `electron` is the stand-in, and the stand-in's own TypeScript loses its types (Node 20 does not do it).
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const electron = new URL('./electron.ts', import.meta.url).href

/** @type {import('node:module').ResolveHook} */
export const resolve = (specifier, context, next) =>
  specifier === 'electron' || specifier === 'electron/main'
    ? { url: electron, format: 'module', shortCircuit: true }
    : next(specifier, context)

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context)
  // Vite's own compiler.
  const vite = createRequire(import.meta.url).resolve('vite/package.json')
  const { transformSync } = createRequire(vite)('rolldown/utils')
  const path = fileURLToPath(url)
  const { code, errors } = transformSync(path, await readFile(path, 'utf8'))
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0].message}`)
  return { format: 'module', source: code, shortCircuit: true }
}
