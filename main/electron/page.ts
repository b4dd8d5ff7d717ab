import { readFile } from 'node:fs/promises'
import { protocol } from 'electron'
import { PAGE_HEADERS } from '../run/page-headers.ts'
import { contentType, findStaticFile } from '../run/static-path.ts'

const SCHEME = 'app'
const HOST = 'bundle'

/** The only origin whose messages main listens to. */
export const PAGE_ORIGIN = `${SCHEME}://${HOST}`
export const PAGE_URL = `${PAGE_ORIGIN}/index.html`

/** Before the app is ready: makes the page's scheme a secure origin with relative URLs and fetch. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Once the app is ready: answers the page's requests from the files under `root`, and from nowhere else. */
export function servePage(root: string): void {
  protocol.handle(SCHEME, (request) => answer(root, request))
}

async function answer(root: string, request: Request): Promise<Response> {
  if (request.method !== 'GET') return refuse(405)
  const url = new URL(request.url)
  const file = url.host === HOST ? await findStaticFile(root, url.pathname) : undefined
  if (file === undefined) return refuse(404)
  return new Response(await readFile(file), {
    headers: { ...PAGE_HEADERS, 'content-type': contentType(file) },
  })
}

const refuse = (status: number): Response => new Response(null, { status, headers: PAGE_HEADERS })
