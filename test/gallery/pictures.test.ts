/**
 * Every entry of the gallery looks as it did, can be used by everybody, and keeps the page's policy.
 * Pictures are compared only in the packaged Chromium: another draws every glyph differently.
 */
import { readFileSync } from 'node:fs'
import { mkdtemp, rmdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ENTRIES } from '../../renderer/gallery/entries.ts'
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

describe.each(['dark', 'light'] as const)('%s', (theme) => {
  it.each(ENTRIES.map((entry) => [entry.id, entry] as const))('%s', async (id, entry) => {
    await gallery.show(entry, theme)
    const taken = await gallery.page.screenshot()
    expect(gallery.complaints.splice(0)).toEqual([])
    if (!isRenewing) expect(await violations(gallery.page)).toEqual([])
    if (entry.unpictured === true || !gallery.isPictured) return
    expect(await compare(`${id}-${theme}`, taken, failures)).toBeUndefined()
  })
})
