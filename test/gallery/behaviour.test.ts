/** What no picture shows: the window at rest, the keyboard, and motion that nobody wants. */
import { afterEach, describe, expect, inject, it } from 'vitest'
import type { Page } from 'playwright-core'
import { ENTRIES } from '../../renderer/gallery/entries.ts'
import type { Entry } from '../../renderer/gallery/entry.ts'
import { openGallery, type Gallery, type GalleryOptions } from './harness.ts'

let gallery: Gallery | undefined
afterEach(() => gallery?.close())

async function open(options: GalleryOptions): Promise<Page> {
  gallery = await openGallery(inject('gallery'), options)
  return gallery.page
}

const entryOf = (id: string): Entry => {
  const entry = ENTRIES.find((each) => each.id === id)
  if (!entry) throw new Error(`the gallery has no entry ${id}`)
  return entry
}

interface Drawn {
  drawn: { frames: number; strokes: number }
}

/** Counts what is drawn, from the page's beginning. */
function countDrawing(): void {
  const drawn = { frames: 0, strokes: 0 }
  Object.assign(globalThis, { drawn })
  const ask = globalThis.requestAnimationFrame.bind(globalThis)
  globalThis.requestAnimationFrame = (callback) => {
    drawn.frames++
    return ask(callback)
  }
  const context = CanvasRenderingContext2D.prototype
  for (const name of ['fillRect', 'clearRect', 'drawImage', 'putImageData', 'stroke'] as const) {
    const method = context[name] as (...args: unknown[]) => unknown
    Object.defineProperty(context, name, {
      value(this: CanvasRenderingContext2D, ...args: unknown[]) {
        drawn.strokes++
        return method.apply(this, args)
      },
    })
  }
}
const drawnOn = (page: Page) => page.evaluate(() => ({ ...(globalThis as unknown as Drawn).drawn }))

describe('a window at rest', () => {
  it.each(['selected-wait', 'charts-lock', 'window-finished'])(
    '%s draws nothing for a second, and something when the pointer moves',
    async (id) => {
      const page = await open({ isLive: true })
      await page.addInitScript(countDrawing)
      await gallery?.show(entryOf(id))
      // When it has come to rest is up to the machine.
      let before = await drawnOn(page)
      const isAtRest = async (): Promise<boolean> => {
        const last = before
        await page.waitForTimeout(1_000)
        before = await drawnOn(page)
        return before.frames === last.frames && before.strokes === last.strokes
      }
      await expect.poll(isAtRest).toBe(true)
      expect(before.strokes).toBeGreaterThan(0)
      const canvas = page.locator('canvas').last()
      await canvas.hover()
      await canvas.hover({ position: { x: 30, y: 30 } })
      await expect.poll(() => drawnOn(page)).not.toEqual(before)
    },
  )
})

/** Elements that would move: transitions and animations with a duration. */
const moving = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('*')].flatMap((element) => {
      const { transitionDuration, animationDuration, animationName } = getComputedStyle(element)
      const lasts = (durations: string) => durations.split(',').some((each) => parseFloat(each) > 0)
      const moves =
        lasts(transitionDuration) || (animationName !== 'none' && lasts(animationDuration))
      return moves ? [element.outerHTML.slice(0, 80)] : []
    }),
  )

describe('motion', () => {
  it('there is none for those who asked for none', async () => {
    const page = await open({ motion: 'reduce' })
    for (const id of ['live', 'window-live', 'window-deadlock', 'window-reading', 'welcome']) {
      await gallery?.show(entryOf(id))
      expect(await moving(page), id).toEqual([])
    }
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    expect(await moving(page), 'a dialog').toEqual([])
  })

  it('there is some for others, so that the test above sees it', async () => {
    const page = await open({ motion: 'no-preference' })
    await gallery?.show(entryOf('window-live'))
    expect(await moving(page)).not.toEqual([])
  })
})

/** What can be used. Buttons within the grid of rows are keys there: see below. */
const CONTROLS = ['button', 'input', 'select', 'textarea', 'a[href]', 'summary', '[tabindex="0"]']
  .map((each) => `${each}:not([role="treegrid"] *)`)
  .join()

describe('the keyboard', () => {
  it.each(['pipeline', 'selected-wait', 'notes', 'note-written', 'search', 'table', 'path'])(
    'reaches every control of the timeline in the state %s, and shows where it is',
    async (id) => {
      const page = await open({ isLive: true })
      await gallery?.show(entryOf(id))
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      const all = await page.evaluate((controls) => {
        const shown = [...document.querySelectorAll<HTMLElement>(controls)].filter(
          (element) => element.checkVisibility() && !element.matches(':disabled'),
        )
        shown.forEach((element, index) => (element.dataset['control'] = String(index)))
        return shown.map((element) => element.outerHTML.slice(0, 160))
      }, CONTROLS)
      const reached = new Set<number>()
      const invisible: string[] = []
      for (let press = 0; press < all.length + 5; press++) {
        const before = await page.screenshot()
        await page.keyboard.press('Tab')
        const index = await page.evaluate(() => {
          const element = document.activeElement as HTMLElement | null
          return Number(element?.dataset['control'] ?? -1)
        })
        if (index < 0 || reached.has(index)) continue
        reached.add(index)
        if (before.equals(await page.screenshot())) invisible.push(all[index] ?? '')
      }
      expect(invisible).toEqual([])
      expect(all.filter((_, index) => !reached.has(index))).toEqual([])
    },
  )

  it('goes from the rail to the first demo of a chapter, and to the newest recording', async () => {
    const page = await open({ isLive: true })
    await gallery?.show(entryOf('window-finished'))
    await page.setViewportSize({ width: 640, height: 720 })
    const focused = () => page.evaluate(() => document.activeElement?.textContent.trim())
    await page.getByRole('button', { name: 'The GIL', exact: true }).first().click()
    const chapter = page.locator('.flyout section').filter({ hasText: 'The GIL' })
    const first = chapter.locator('.catalogue-entry').first()
    expect(await focused()).toBe((await first.textContent())?.trim())
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Recordings', exact: true }).click()
    const newest = page.locator('.flyout .recordings .catalogue-entry').first()
    expect(await focused()).toBe((await newest.textContent())?.trim())
  })

  it('goes through all rows, each of which can be folded or pinned', async () => {
    const page = await open({ isLive: true })
    await gallery?.show(entryOf('window-finished'))
    const grid = page.getByRole('treegrid')
    await grid.focus()
    const rows = await grid.locator('[role="row"]').evaluateAll((all) => all.map(({ id }) => id))
    expect(rows.length).toBeGreaterThan(4)
    const active = () => grid.getAttribute('aria-activedescendant')
    const visited = new Set<string | null>()
    for (const key of ['ArrowDown', 'ArrowUp'])
      for (let press = 0; press < rows.length + 1; press++) {
        await page.keyboard.press(key)
        visited.add(await active())
      }
    expect(rows.filter((id) => !visited.has(id))).toEqual([])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('p')
    const pinned = grid.getByRole('button', { name: 'Unpin', includeHidden: true })
    await expect.poll(() => pinned.count()).toBe(1)
  })
})

describe('a figure of a verdict', () => {
  it('is shown on the timeline by the keyboard, and Escape or Alt and an arrow lead back', async () => {
    const page = await open({ isLive: true })
    await gallery?.show(entryOf('window-cases'))
    const chip = page.getByRole('group', { name: 'Selected range' })
    const selected = () => page.locator('[aria-label="Timeline"] [aria-live]').allTextContents()
    const before = await selected()
    const link = page.locator('dd button.place').first()
    for (const key of ['Escape', 'Alt+ArrowLeft']) {
      await link.focus()
      await page.keyboard.press('Enter')
      await expect.poll(selected).not.toEqual(before)
      await page.keyboard.press(key)
      await expect.poll(selected).toEqual(before)
      expect(await chip.count()).toBe(0)
    }
  })
})

describe('what runs together', () => {
  it('is chosen with the keyboard alone, and Escape leaves it', async () => {
    const page = await open({ isLive: true })
    await gallery?.show(entryOf('compare-open'))
    const form = page.locator('form.panel')
    await form.waitFor()
    await page.getByRole('checkbox', { name: 'Two threads in parallel' }).focus()
    await page.keyboard.press(' ')
    await form.getByText('12 sections: 4 variants × 3 repeats').waitFor()
    await page.getByRole('radio', { name: 'None: one value each' }).focus()
    await page.keyboard.press('ArrowDown')
    await page.getByRole('textbox', { name: 'Values, parted by commas' }).fill('1e6, 2e6')
    await form.getByText('24 sections: 4 variants × 2 values × 3 repeats').waitFor()
    await page.keyboard.press('Escape')
    await form.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Compare: 4 variants, count' }).waitFor()
  })
})
