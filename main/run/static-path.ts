/**
 * Which file of the built page a request may read: the one path check of the web host and of
 * Electron's app:// scheme.
 */
import { realpath, stat } from 'node:fs/promises'
import { extname, resolve, sep } from 'node:path'

const CONTENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
])

/** By the file's extension; a type that is not listed is sent as bytes, which no browser runs. */
export const contentType = (path: string): string =>
  CONTENT_TYPES.get(extname(path).toLowerCase()) ?? 'application/octet-stream'

/**
 * The file under `root` that a URL's path names, by text alone. Undefined for whatever could leave
 * the folder or mean something else on another system: a broken or doubly encoded escape, an
 * encoded separator, NUL, a backslash, a drive letter, a `..` that climbs out.
 *
 * @param root Absolute folder.
 * @param pathname As in `URL.pathname`: begins with `/`, still percent-encoded, without a query.
 */
export function staticPath(root: string, pathname: string): string | undefined {
  if (!pathname.startsWith('/') || /%(?:2f|5c|25|00)/i.test(pathname)) return undefined
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return undefined
  }
  if (/[\0\\:]/.test(decoded)) return undefined
  const folder = resolve(root)
  const path = resolve(folder, `.${decoded.endsWith('/') ? `${decoded}index.html` : decoded}`)
  return path.startsWith(folder + sep) ? path : undefined
}

/**
 * The real path of an existing plain file under `root`; undefined where there is none, and for a
 * link that leads out of the folder.
 */
export async function findStaticFile(root: string, pathname: string): Promise<string | undefined> {
  const path = staticPath(root, pathname)
  if (path === undefined) return undefined
  try {
    const [folder, real] = await Promise.all([realpath(root), realpath(path)])
    if (!real.startsWith(folder + sep)) return undefined
    return (await stat(real)).isFile() ? real : undefined
  } catch {
    return undefined
  }
}
