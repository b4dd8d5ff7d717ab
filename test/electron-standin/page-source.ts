/** The source that Chromium runs in the two worlds of every frame, built from page/. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'
import { build } from 'vite'

const ENTRY = fileURLToPath(new URL('./page/entry.ts', import.meta.url))

/** One classic script that leaves both worlds' entry points in `standinPage`. */
async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      lib: { entry: ENTRY, formats: ['iife'], name: 'standinPage' },
    },
  })
  const [output] = Array.isArray(result) ? result : [result]
  if (output === undefined || !('output' in output)) throw new Error('nothing was built')
  return output.output[0].code
}
let bundled: Promise<string> | undefined

export interface PageSources {
  readonly mainWorld: string
  readonly isolatedWorld: string
}

export interface PreloadChoice {
  /** Absolute path. */
  readonly preload?: string | undefined
  readonly nodeIntegrationInSubFrames?: boolean | undefined
}

export async function pageSources(secret: string, choice: PreloadChoice): Promise<PageSources> {
  const code = await (bundled ??= bundle())
  const parameters = `{ secret: ${JSON.stringify(secret)}`
  return {
    mainWorld: `(() => { ${code}\nstandinPage.enterMainWorld(${parameters} }) })()`,
    isolatedWorld: `(() => { ${code}\nstandinPage.enterIsolatedWorld(${parameters}, files: ${JSON.stringify(process.env['STANDIN_FILES'] ?? '')}, runPreload: ${preloadSource(choice)} }) })()`,
  }
}

/**
 * The function that Electron wraps a sandboxed preload in: CommonJS as a function body, so that
 * `import` is a syntax error, with a `process` that has no Node behind it.
 */
function preloadSource({ preload, nodeIntegrationInSubFrames = false }: PreloadChoice): string {
  if (preload === undefined) return '() => {}'
  const subFrames = nodeIntegrationInSubFrames ? '' : 'if (window !== window.top) return;'
  const scope = {
    type: 'renderer',
    platform: process.platform,
    arch: process.arch,
    sandboxed: true,
    contextIsolated: true,
    versions: { ...process.versions },
    env: {},
    argv: [],
  }
  try {
    const body = `(function (require, process, exports, module, global) {${readFileSync(preload, 'utf8')}\n})`
    new Script(body, { filename: preload }) // its syntax error has a better place here
    return `(require, failed) => {
      ${subFrames}
      try {
        const module = { exports: {} };
        ${body}(require, ${JSON.stringify(scope)}, module.exports, module, globalThis)
      } catch (error) { failed(error) }
    }`
  } catch (error) {
    return `(_require, failed) => failed(${JSON.stringify(String(error))})`
  }
}
