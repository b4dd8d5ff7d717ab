import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { defineConfig } from 'electron-vite'
import { svelte } from '@sveltejs/vite-plugin-svelte'

const fromRoot = (path: string) => resolve(import.meta.dirname, path)

/** Everything the main side starts by file name, as `out/main/<name>.mjs`. */
const entries: Record<string, string> = {
  index: fromRoot('main/electron/index.ts'),
  web: fromRoot('main/web/index.ts'),
  cli: fromRoot('main/cli/index.ts'),
  runner: fromRoot('main/run/runner.ts'),
  worker: fromRoot('main/run/worker.ts'),
  section: fromRoot('main/run/section.ts'),
  bootstrap: fromRoot('main/run/bootstrap.ts'),
  child: fromRoot('main/run/child.ts'),
  loader: fromRoot('main/run/own/loader.ts'),
  'gil-sampler': fromRoot('main/python/sampler/gil-sampler.ts'),
  // What package.json exports, for programs outside of the app.
  program: fromRoot('main/run/program.ts'),
  threading: fromRoot('main/threading/index.ts'),
  demo: fromRoot('main/demos/own/define-demo.ts'),
  multiprocessing: fromRoot('main/multiprocessing/index.ts'),
}
/** The text of a program is its module: `out/main/demos/<id>.mjs`, loaded by the threads that run it. */
for (const folder of readdirSync(fromRoot('main/demos'), { withFileTypes: true })) {
  const program = join('main/demos', folder.name, 'program.ts')
  if (folder.isDirectory() && existsSync(fromRoot(program)))
    entries[`demos/${folder.name}`] = fromRoot(program)
}

export default defineConfig({
  main: {
    build: {
      // Electron's Node 24 and a plain Node 20 (web host, command line) run the same files.
      target: 'node20',
      outDir: fromRoot('out/main'),
      // Stacks and "made at" name lines of program.ts.
      sourcemap: true,
      // Nothing is installed beside the packed app.
      externalizeDeps: false,
      rolldownOptions: {
        input: entries,
        // The thread and process entries look exports up by name.
        preserveEntrySignatures: 'strict',
        output: {
          format: 'es',
          entryFileNames: '[name].mjs',
          chunkFileNames: 'chunks/[name]-[hash].mjs',
        },
      },
    },
  },
  preload: {
    build: {
      target: 'node20',
      outDir: fromRoot('out/preload'),
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: fromRoot('preload/index.ts') },
        // A sandboxed preload is a function body: it must be CommonJS and one file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: fromRoot('renderer'),
    plugins: [svelte({ configFile: fromRoot('svelte.config.js') })],
    build: {
      target: 'chrome140',
      outDir: fromRoot('out/renderer'),
      emptyOutDir: true,
      minify: true,
      // build/size-limit.mjs is the limit.
      chunkSizeWarningLimit: 2_000,
      rolldownOptions: {
        // The gallery is for development only (build/dev.mjs).
        input: { index: fromRoot('renderer/index.html') },
      },
    },
  },
})
