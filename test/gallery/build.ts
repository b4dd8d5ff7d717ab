/** Builds the gallery once for all of its tests, into a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { build } from 'vite'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the built gallery. */
    gallery: string
  }
}

const root = resolve(import.meta.dirname, '../..')

/** @param outDir is emptied. */
export async function buildGallery(outDir: string): Promise<void> {
  await build({
    root: join(root, 'renderer'),
    base: './',
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [svelte({ configFile: join(root, 'svelte.config.js') })],
    build: {
      target: 'chrome140',
      outDir,
      emptyOutDir: true,
      minify: false,
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: { input: { gallery: join(root, 'renderer/gallery/index.html') } },
    },
  })
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const outDir = await mkdtemp(join(tmpdir(), 'interleave-gallery-'))
  await buildGallery(outDir)
  project.provide('gallery', outDir)
  return () => rm(outDir, { recursive: true, force: true })
}
