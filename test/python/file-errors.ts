/**
 * Errors of files at will: whoever wants them mocks node:fs with `refusing`, because no file is
 * refused to root. Nothing is imported from node:fs here: it is what is mocked.
 */
import type * as fs from 'node:fs'

/** Error codes by the end of the path: `4711/mem`. */
export const openErrors = new Map<string, string>()
export const readErrors = new Map<string, string>()
const paths = new Map<number, string>()

function throwFor(errors: ReadonlyMap<string, string>, path: string): void {
  for (const [end, code] of errors)
    if (path.endsWith(`/${end}`)) throw Object.assign(new Error(`${code}: ${path}`), { code })
}

/** node:fs whose openSync and readSync fail as told. */
export const refusing = (real: typeof fs): typeof fs => ({
  ...real,
  openSync: (path, ...rest) => {
    // What `/proc/self/fd/NUMBER/rest` leads to.
    const name = String(path).replace(/^\/proc\/self\/fd\/\d+/, (link) => real.readlinkSync(link))
    throwFor(openErrors, name)
    const descriptor = real.openSync(path, ...rest)
    paths.set(descriptor, name)
    return descriptor
  },
  readSync: (descriptor: number, ...rest: readonly unknown[]) => {
    throwFor(readErrors, paths.get(descriptor) ?? '')
    // The same arguments, whichever of its forms they are.
    return (real.readSync as (...all: readonly unknown[]) => number)(descriptor, ...rest)
  },
})

export function clearErrors(): void {
  openErrors.clear()
  readErrors.clear()
  paths.clear()
}
