/**
 * Bundles the subjects, as they are or with one place of the real source changed, and imports them
 * natively: each time a program of its own, with its own module state.
 */
import { SourceMap } from 'node:module'
import { basename, resolve } from 'node:path'
import { build, type Plugin } from 'vite'
import type { Subjects } from './subjects.ts'

/** One bug, planted: `find` must occur exactly once in the file. */
export interface Mutation {
  /** From the project's root. */
  readonly file: string
  readonly find: string
  readonly replace: string
}

const fromRoot = (path: string) => resolve(import.meta.dirname, '../..', path)

/** @throws when a mutation's snippet is not, or not only once, in the source. */
export async function loadSubjects(...mutations: readonly Mutation[]): Promise<Subjects> {
  const left = new Set(mutations)
  const mutate: Plugin = {
    name: 'mutate',
    enforce: 'pre',
    transform(code, id) {
      let changed = code
      for (const mutation of mutations)
        if (id === fromRoot(mutation.file)) {
          changed = replaceOnce(changed, mutation)
          left.delete(mutation)
        }
      return changed === code ? null : { code: changed, map: null }
    },
  }
  const built = await build({
    root: fromRoot('.'),
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [mutate],
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node20',
      write: false,
      minify: false,
      sourcemap: 'hidden',
      rolldownOptions: {
        input: fromRoot('test/model/subjects.ts'),
        preserveEntrySignatures: 'strict',
      },
    },
  })
  for (const { file } of left) throw new Error(`${file} is not part of the subjects`)
  if (!('output' in built)) throw new Error('not one bundle')
  const [chunk, ...others] = built.output.filter((output) => output.type === 'chunk')
  if (chunk?.map === null || chunk?.map === undefined || others.length > 0)
    throw new Error('not one chunk')
  const { code, map } = chunk
  // Named, or every line of a call stack would be as long as the bundle.
  const named = `${code}\n//# sourceURL=${BUNDLE}`
  const url = `data:text/javascript;base64,${Buffer.from(named).toString('base64')}`
  // Exactly the exports of subjects.ts.
  const subjects = (await import(/* @vite-ignore */ url)) as Subjects
  sourceMaps.set(subjects, new SourceMap({ ...map, file: map.file ?? '', sourceRoot: '' }))
  return subjects
}

const BUNDLE = 'bundle-of-subjects.mjs'
const sourceMaps = new WeakMap<Subjects, SourceMap>()

/** `lock.ts:120 in #tryAsSleeper`: the first of the places in the source, but for the given file. */
export function siteIn(
  subjects: Subjects,
  sites: readonly NodeJS.CallSite[],
  except: string,
): string {
  const map = sourceMaps.get(subjects)
  for (const site of sites) {
    if (site.getScriptNameOrSourceURL() !== BUNDLE) continue
    const entry = map?.findEntry((site.getLineNumber() ?? 1) - 1, (site.getColumnNumber() ?? 1) - 1)
    if (entry === undefined || !('originalSource' in entry)) continue
    const file = basename(entry.originalSource)
    if (file === except) continue
    const within = site.getFunctionName()?.split('.').at(-1)
    return `${file}:${entry.originalLine + 1}${within === undefined ? '' : ` in ${within}`}`
  }
  return ''
}

function replaceOnce(code: string, { file, find, replace }: Mutation): string {
  const parts = code.split(find)
  if (parts.length !== 2)
    throw new Error(`${file}: found ${parts.length - 1} times, not once:\n${find}`)
  return parts.join(replace)
}
