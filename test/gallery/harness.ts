/** The gallery in a browser whose pictures are the same everywhere. */
import { createServer } from 'node:http'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'
import type { Entry } from '../../renderer/gallery/entry.ts'
import { contentType, findStaticFile } from '../../main/run/static-path.ts'
import { PAGE_HEADERS } from '../../main/run/page-headers.ts'
import { findBrowser, launchFound, findPackagedBrowser } from '../support/browser.ts'

/** Milliseconds of the page's own clock in which everything that it waits for has come. */
const SETTLES = [20, 20, 200, 220] as const
/** A live view that hears nothing new for long looks for what is not there yet. */
const LIVE_SETTLES = [34, 34, 34, 34] as const
/** Of one frame. */
const FRAME = [20] as const

export interface Gallery {
  readonly page: Page
  /** Pictures of another browser differ in every glyph. */
  readonly isPictured: boolean
  /** The page broke its policy, or threw. */
  readonly complaints: string[]
  /** In the dark theme. */
  show(entry: Entry): Promise<void>
  /** What is shown, in another theme. */
  turn(theme: 'dark' | 'light'): Promise<void>
  close(): Promise<void>
}

const isLive = (entry: Entry): boolean =>
  entry.kind === 'timeline'
    ? entry.liveAt !== undefined
    : entry.kind === 'window' && (entry.options?.standAt ?? 1) < 1

async function serve(folder: string): Promise<{ address: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://gallery')
    void findStaticFile(folder, pathname).then(async (path) => {
      if (path === undefined) return response.writeHead(404).end()
      response.writeHead(200, { ...PAGE_HEADERS, 'content-type': contentType(path) })
      return response.end(await readFile(path))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/**
 * Settings by which a browser sees the fonts beside it and none of the machine's, which would be
 * used for what the page's own fonts lack.
 */
async function onlyFontsOf(browser: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'interleave-fonts-'))
  const settings = [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    `<fontconfig><dir>${join(browser, 'fonts/fonts')}</dir>`,
    `<cachedir>${join(folder, 'cache')}</cachedir></fontconfig>`,
  ]
  await writeFile(join(folder, 'fonts.conf'), settings.join('\n'))
  return folder
}

/** Sizes and visibility are observed with real frames, which the page's clock does not make. */
const nextFrame = (): Promise<void> =>
  new Promise((resolve) => {
    const observer = new IntersectionObserver(() => {
      observer.disconnect()
      resolve()
    })
    observer.observe(document.documentElement)
  })

/** Chromium places the text of a select once, maybe before its font has come: it is placed anew. */
function placeSelects(): void {
  for (const select of document.querySelectorAll('select')) {
    if (select === document.activeElement) continue
    select.style.display = 'none'
    select.getBoundingClientRect()
    select.style.display = ''
  }
}

export interface GalleryOptions {
  /** Time passes by itself; default: only when told to, so that pictures are the same every time. */
  readonly isLive?: boolean
  readonly motion?: 'reduce' | 'no-preference'
}

/** @param folder of the built gallery. */
export async function openGallery(
  folder: string,
  { isLive: passes = false, motion = 'reduce' }: GalleryOptions = {},
): Promise<Gallery> {
  const packaged = await findPackagedBrowser()
  const found = packaged ?? (await findBrowser())
  const served = await serve(folder)
  const fonts = await onlyFontsOf(dirname(found.executablePath))
  const browser = await launchFound({
    ...found,
    env: { ...found.env, ...(packaged && { FONTCONFIG_FILE: join(fonts, 'fonts.conf') }) },
  })
  const page = await browser.newPage({
    deviceScaleFactor: 1,
    reducedMotion: motion,
    locale: 'en-US',
    timezoneId: 'UTC',
  })
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  if (!passes) {
    await page.clock.install({ time: 0 })
    await page.clock.pauseAt(1_000)
  }
  let [asked, arrived] = [0, 0]
  page.on('request', () => asked++)
  page.on('requestfinished', () => arrived++)
  page.on('requestfailed', () => arrived++)
  const loaded = async () => {
    while (asked > arrived) await setTimeout(5)
  }
  const settle = async (times: readonly number[]): Promise<void> => {
    await page.evaluate(() => document.fonts.ready.then(() => undefined))
    const before = asked
    for (const milliseconds of times) {
      await loaded()
      await page.evaluate(nextFrame)
      await (passes ? setTimeout(milliseconds) : page.clock.runFor(milliseconds))
    }
    // What is loaded when it is needed needs its time as well.
    if (asked > before) await settle(times)
  }
  return {
    page,
    isPictured: packaged !== undefined,
    complaints,
    async show(entry) {
      const { id, width = 960, height = 480 } = entry
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.goto(`${served.address}/gallery/index.html?entry=${id}`)
      await page.locator(`html[data-entry="${id}"]`).waitFor({ state: 'attached' })
      await settle(isLive(entry) ? LIVE_SETTLES : SETTLES)
      await page.evaluate(placeSelects)
      await page.evaluate(nextFrame)
    },
    async turn(theme) {
      await page.emulateMedia({ colorScheme: theme })
      await settle(FRAME)
    },
    async close() {
      await browser.close()
      await served.close()
      await rm(fonts, { recursive: true, force: true })
    },
  }
}
