/** What the page loads before it shows anything: all that index.html names, and what that imports. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const page = fileURLToPath(new URL('../out/renderer/', import.meta.url))
const html = readFileSync(`${page}index.html`, 'utf8')
const initial = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)].map(
  ([, path]) => `${page}${path}`,
)

export default [{ name: 'initial JavaScript and CSS', path: initial, gzip: true, limit: '150 kB' }]
