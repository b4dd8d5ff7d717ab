import { resolve } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

const fromRoot = (path: string) => resolve(import.meta.dirname, path)

/** Ends what hangs, in milliseconds; a machine with much else to do must never come near it. */
const PATIENCE = 120_000

/** The same specs on every host; harness.ts asks for `host` and starts it. */
const endToEnd = (host: 'web' | 'standin' | 'electron') => ({
  test: {
    name: `e2e-${host}`,
    include: ['test/e2e/**/*.spec.ts'],
    provide: { host },
    testTimeout: 2 * PATIENCE,
    hookTimeout: 2 * PATIENCE,
    expect: { poll: { timeout: PATIENCE } },
    // Two windows at once would disturb each other's runs on a small machine.
    fileParallelism: false,
  },
})

export default defineConfig({
  test: {
    // Many tests wait more than they compute: one processor less would double the time on two.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: [
            ...['test/renderer/**', 'test/gallery/**'],
            ...['test/electron/**', 'test/electron-standin/**'],
          ],
          globalSetup: ['test/support/bundle.ts'],
          setupFiles: ['test/support/leaks.ts'],
          testTimeout: PATIENCE,
          hookTimeout: PATIENCE,
        },
      },
      {
        plugins: [svelte({ configFile: fromRoot('svelte.config.js') })],
        // Runes outside components: the browser's build of Svelte, not the one for servers.
        resolve: { conditions: ['browser'] },
        test: {
          name: 'renderer',
          include: ['test/renderer/**/*.test.ts'],
          testTimeout: PATIENCE,
          hookTimeout: PATIENCE,
        },
      },
      {
        test: {
          name: 'standin',
          include: ['test/electron/**/*.test.ts', 'test/electron-standin/**/*.test.ts'],
          testTimeout: PATIENCE,
          hookTimeout: PATIENCE,
        },
      },
      {
        test: {
          name: 'gallery',
          include: ['test/gallery/**/*.test.ts'],
          globalSetup: ['test/gallery/build.ts'],
          testTimeout: PATIENCE,
          hookTimeout: PATIENCE,
          expect: { poll: { timeout: PATIENCE / 2 } },
        },
      },
      endToEnd('web'),
      endToEnd('standin'),
      endToEnd('electron'),
    ],
  },
})
