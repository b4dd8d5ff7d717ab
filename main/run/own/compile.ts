/**
 * A demo's files as modules that any thread can import: types taken out, imports of Interleave's
 * rooms led to this program, other imports to where the user's own file would find them. Lines stay
 * where they are, and a source map names the user's file, so that stacks do.
 */
import { isBuiltin } from 'node:module'
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { transformSync } from '@swc/wasm-typescript'
import { init, parse } from 'es-module-lexer'
import { OwnFault } from './fault.ts'
import { signatureOf } from './seen-files.ts'

/** What `interleave/…` is, by the names of the built entries. */
const ROOMS: readonly string[] = ['demo', 'threading', 'multiprocessing']
const PACKAGE = 'interleave/'
const TYPESCRIPT: readonly string[] = ['.ts', '.mts']
const JAVASCRIPT: readonly string[] = ['.js', '.mjs']
const LARGEST_FILE = 1024 * 1024
const MOST_FILES = 100

export interface CompiledFile {
  /** Relative to the folder of demos, with `/`. */
  readonly file: string
  readonly text: string
  /** Of the module that was written. */
  readonly module: URL
}

export interface Compiling {
  /** Of demos: what a file imports relatively lies in it. */
  readonly folder: string
  /** An empty folder to write modules to. */
  readonly out: string
  /** Where the built entries lie. */
  readonly entries: URL
  /** Takes every file that was looked for, as it was before it was read. */
  readonly files: Record<string, string>
}

/** One demo's. */
interface Progress extends Compiling {
  readonly done: Map<string, CompiledFile>
}

/**
 * @param path of the demo's file
 * @returns the demo's file first, then those it imports
 * @throws OwnFault for a file that cannot be read, parsed or found
 */
export async function compileDemo(
  path: string,
  compiling: Compiling,
): Promise<readonly CompiledFile[]> {
  await init()
  const done = new Map<string, CompiledFile>()
  await compileFile(path, { ...compiling, done })
  return [...done.values()]
}

async function compileFile(path: string, compiling: Progress): Promise<CompiledFile> {
  const { folder, out, done, files } = compiling
  const known = done.get(path)
  if (known !== undefined) return known
  const name = relative(folder, path)
  const file = name.split(sep).join('/')
  if (done.size >= MOST_FILES)
    throw new OwnFault(file, 0, `A demo cannot have more than ${MOST_FILES} files.`)
  files[path] = await signatureOf(path)
  const text = await read(path, file)
  const target = join(out, `${name}.mjs`)
  const compiled = { file, text, module: pathToFileURL(target) }
  // Before its imports: two files may import each other.
  done.set(path, compiled)
  const script = await withImports(stripTypes(text, file), path, file, compiling)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, `${script}\n${sourceMap(path, text)}`)
  return compiled
}

async function read(path: string, file: string): Promise<string> {
  try {
    if ((await stat(path)).size > LARGEST_FILE)
      throw new OwnFault(file, 0, `It is larger than ${LARGEST_FILE / 1024} KiB.`)
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof OwnFault) throw error
    throw new OwnFault(file, 0, `It cannot be read (${codeOf(error)}).`)
  }
}

/** @throws OwnFault for a file that cannot be parsed, or has TypeScript that is more than types */
function stripTypes(text: string, file: string): string {
  if (!TYPESCRIPT.includes(extname(file))) return text
  try {
    return transformSync(text, { mode: 'strip-only', module: true, filename: file }).code
  } catch (error) {
    throw syntaxFault(file, error)
  }
}

/** The engine does not say where a module of JavaScript is none; the compiler does. */
export function syntaxFaultIn({ file, text }: CompiledFile): OwnFault | undefined {
  try {
    transformSync(text, { mode: 'strip-only', module: true, filename: file })
    return undefined
  } catch (error) {
    return syntaxFault(file, error)
  }
}

/** The compiler throws no Error but an object with a message, a snippet and a line. */
function syntaxFault(file: string, thrown: unknown): OwnFault {
  // Its types do not tell.
  const { message = 'It cannot be read', startLine = 0, snippet = '' } = thrown as Partial<Thrown>
  return new OwnFault(file, startLine, `${message}.`, snippet)
}

interface Thrown {
  readonly message: string
  readonly startLine: number
  readonly snippet: string
}

async function withImports(
  script: string,
  path: string,
  file: string,
  compiling: Progress,
): Promise<string> {
  let changed = ''
  let copied = 0
  for (const { specifier, start, end, isDynamic } of importsIn(script)) {
    const line = lineAt(script, start)
    const target = await targetOf(specifier, path, { file, line }, compiling)
    // A dynamic import's place is that of its argument, quotes included.
    changed += script.slice(copied, start) + (isDynamic ? JSON.stringify(target) : target)
    copied = end
  }
  return changed + script.slice(copied)
}

interface Import {
  readonly specifier: string
  readonly start: number
  readonly end: number
  readonly isDynamic: boolean
}

/** Imports whose names are written out; one that is computed is left as it is. */
function importsIn(script: string): readonly Import[] {
  try {
    return parse(script)[0].flatMap((each): Import[] => {
      if (each.type === 'import-meta' || each.specifier === undefined) return []
      const isDynamic = each.type === 'dynamic'
      if (isDynamic && each.glob) return []
      return [{ specifier: each.specifier, start: each.start, end: each.end, isDynamic }]
    })
  } catch {
    // No JavaScript: the engine says where and why when it is imported, and better.
    return []
  }
}

/** `./till.ts`, `interleave/threading`, `node:os`, `left-pad`. */
async function targetOf(
  specifier: string,
  path: string,
  at: { readonly file: string; readonly line: number },
  compiling: Progress,
): Promise<string> {
  if (specifier.startsWith('.')) {
    const target = resolve(dirname(path), specifier)
    if (!isWithin(target, compiling.folder))
      throw new OwnFault(at.file, at.line, `${specifier} lies outside of the folder of demos.`)
    if (![...TYPESCRIPT, ...JAVASCRIPT].includes(extname(target)))
      throw new OwnFault(
        at.file,
        at.line,
        `Import ${specifier} by its whole name: with .ts or .js.`,
      )
    if (!(await isFile(target))) {
      // When it appears, the demo is another.
      compiling.files[target] = await signatureOf(target)
      throw new OwnFault(at.file, at.line, `There is no file ${specifier}.`)
    }
    return quotable((await compileFile(target, compiling)).module)
  }
  if (specifier.startsWith(PACKAGE)) {
    const room = specifier.slice(PACKAGE.length)
    if (ROOMS.includes(room)) return quotable(new URL(`${room}.mjs`, compiling.entries))
    const rooms = ROOMS.map((each) => PACKAGE + each).join(', ')
    throw new OwnFault(at.file, at.line, `There is no ${specifier}: there are ${rooms}.`)
  }
  if (isBuiltin(specifier) || /^(data|file):/.test(specifier)) return specifier
  await linkPackages(specifier, dirname(path), at, compiling.out)
  return specifier
}

/** It may stand between quotes of either kind. */
const quotable = ({ href }: URL): string => href.replaceAll("'", '%27')

/**
 * The modules lie elsewhere than the user's files: a link to the `node_modules` that has the package
 * lets Node find it by its own rules. The first one serves all: there is one folder of packages.
 */
async function linkPackages(
  specifier: string,
  from: string,
  at: { readonly file: string; readonly line: number },
  out: string,
): Promise<void> {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  for (let folder = from; ; folder = dirname(folder)) {
    const packages = join(folder, 'node_modules')
    if (await isThere(join(packages, name))) {
      const link = join(out, 'node_modules')
      // A junction needs no privilege on Windows; elsewhere it is a link.
      if (!(await isThere(link))) await symlink(packages, link, 'junction')
      return
    }
    if (dirname(folder) === folder) break
  }
  throw new OwnFault(
    at.file,
    at.line,
    `There is no package ${name} in a node_modules of the folder or above it.`,
  )
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

const isWithin = (path: string, folder: string): boolean => {
  const from = relative(folder, path)
  return from !== '' && !from.startsWith('..') && resolve(folder, from) === path
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  )

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

/** Line by line the same file: a segment for each, one line after the other. */
function sourceMap(path: string, text: string): string {
  const lines = text.split('\n').length
  const map = {
    version: 3,
    file: basename(path),
    sources: [pathToFileURL(path).href],
    names: [],
    mappings: ['AAAA', ...Array<string>(lines - 1).fill('AACA')].join(';'),
  }
  const encoded = Buffer.from(JSON.stringify(map)).toString('base64')
  return `//# sourceMappingURL=data:application/json;base64,${encoded}\n`
}
