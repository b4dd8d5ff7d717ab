/**
 * Every entry of the gallery looks as it did, can be used by everybody, and keeps the page's policy.
 * Pictures are compared only in the packaged Chromium: another draws every glyph differently.
 */
import { readFileSync } from 'node:fs'
import { mkdtemp, rmdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { ENTRIES } from '../../renderer/gallery/entries.ts'
import type { Entry } from '../../renderer/gallery/entry.ts'
import { compare, isRenewing } from './compare.ts'
import { openGallery, type Gallery } from './harness.ts'
import { violations } from './violations.ts'

let gallery: Gallery
let failures: string

beforeAll(async () => {
  gallery = await openGallery(inject('gallery'))
  failures = await mkdtemp(join(tmpdir(), 'interleave-pictures-'))
  if (!gallery.isPictured)
    console.warn(
      'PICTURES ARE NOT COMPARED: the Chromium of @sparticuz/chromium is not for this system.',
    )
  const require = createRequire(import.meta.url)
  await gallery.page.addInitScript(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'))
})
afterAll(async () => {
  await gallery.close()
  // What failed stays to be looked at.
  await rmdir(failures).catch(() => undefined)
})

it.each(ENTRIES.map((entry) => [entry.id, entry] as const))('%s', async (_id, entry) => {
  await gallery.show(entry)
  const wrong = await problemsOf(entry, 'dark')
  await gallery.turn('light')
  wrong.push(...(await problemsOf(entry, 'light')))
  expect(wrong).toEqual([])
})

/** In words; empty: all is well. */
async function problemsOf(entry: Entry, theme: 'dark' | 'light'): Promise<string[]> {
  const { page, complaints, isPictured } = gallery
  const taken = await page.screenshot()
  const wrong = complaints.splice(0)
  const kept = isPictured && entry.unpictured !== true
  const differs = kept && (await compare(`${entry.id}-${theme}`, taken, failures))
  if (typeof differs === 'string') wrong.push(differs)
  if (!isRenewing) wrong.push(...(await violations(page, theme === 'light')))
  return wrong.map((problem) => `${theme}: ${problem}`)
}
