import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verify } from '../../main/trace/node/recording-reader.ts'
import { until } from '../support/until.ts'
import { host, launchApp, missing, titled, type LaunchedApp } from './harness.ts'
import { pidsOf, processesOf } from './left-behind.ts'

/** The catalogue leaves out of a title what its chapter says already. */
const choose = async (page: Page, demo: string) => {
  const entry = demo.replace('Sender and receiver with', 'With')
  await page.getByRole('navigation', { name: 'Demos' }).getByText(entry).click()
  await page.getByRole('heading', { level: 1, name: demo }).waitFor()
}

const fill = async (page: Page, parameter: string, value: string) => {
  const field = page.getByRole('textbox', { name: new RegExp(`^${parameter}( |$)`) })
  await field.fill(value)
  await field.blur()
}

const run = (page: Page) => page.getByRole('button', { name: /^Run( again)?( R)?$/ }).click()
const outcome = (page: Page, words: RegExp) => page.locator('.outcome').filter({ hasText: words })
const progress = (page: Page) => page.getByRole('progressbar', { name: 'Progress of the run' })
const events = async (page: Page): Promise<number> => {
  const words = (await page.getByRole('contentinfo').textContent()) ?? ''
  return Number(/recording\s*([\d.]+)/.exec(words)?.[1] ?? 0)
}

describe.skipIf(missing !== undefined)(titled('a run'), () => {
  let app: LaunchedApp
  let page: Page

  beforeAll(async () => {
    app = await launchApp()
    page = app.page
  })
  afterAll(async () => {
    await app.close()
  })

  test('is chosen, watched and finishes with a verdict from what was measured', async () => {
    await choose(page, 'Sender and receiver with a thread')
    await fill(page, 'Interval', '0.15')
    await run(page)
    await progress(page).waitFor()
    const lanes = page.getByRole('treegrid', { name: 'Lanes, locks and queues' })
    await lanes.getByText('MainThread').waitFor()
    await lanes.getByText('Thread-1').first().waitFor()
    const seen = new Set<string>()
    await until('its figures move', async () => {
      seen.add((await progress(page).getAttribute('aria-valuetext')) ?? '')
      return seen.size >= 3
    })
    await outcome(page, /Finished/).waitFor()
    await page.getByRole('tab', { name: 'Verdict' }).click()
    await page.getByRole('heading', { name: /sender thread put \d+ items.*got 10/ }).waitFor()
    await page.getByRole('tab', { name: /Output/ }).click()
    const output = page.getByRole('log', { name: 'Output of the program' })
    for (const item of ['0', '9']) await output.getByText(item, { exact: true }).first().waitFor()
  })

  test('exports each chart as a picture and as data, and its summary', async () => {
    await page.getByRole('tab', { name: 'Charts' }).click()
    const picture = await app.saved(() => page.getByRole('button', { name: /PNG/ }).first().click())
    expect(picture.bytes.subarray(1, 4).toString()).toBe('PNG')
    const data = await app.saved(() => page.getByRole('button', { name: /CSV/ }).first().click())
    const [heading, ...rows] = data.bytes.toString().trim().split(/\r?\n/)
    expect(heading?.split(',').length).toBeGreaterThan(1)
    expect(rows.length).toBeGreaterThan(0)
    const summary = await app.saved(() =>
      page.getByRole('button', { name: 'Export summary as JSON' }).click(),
    )
    expect(JSON.parse(summary.bytes.toString())).toMatchObject({
      status: { state: 'finished', request: { demo: 'sender-receiver-thread' } },
      tables: { queues: [{ gets: 10 }] },
    })
  })

  test('leaves a recording that is whole', async () => {
    const [name = ''] = await readdir(app.recordings)
    const verified = await verify(join(app.recordings, name))
    expect(verified).toMatchObject({ ok: true, value: { missing: undefined } })
  })

  test('between processes ends with terminate and leaves none', async () => {
    await choose(page, 'Sender and receiver with a process')
    await fill(page, 'Interval', '0.05')
    await run(page)
    await outcome(page, /Finished/).waitFor()
    await page.getByRole('tab', { name: 'Verdict' }).click()
    await page.getByRole('heading', { name: /sender process put \d+ items/ }).waitFor()
    await page
      .getByText(/ended by terminate/)
      .first()
      .waitFor()
    expect(pidsOf(app.recordings, 'child.mjs')).toEqual([])
  })

  test('compares a lock that is handed over with one that anyone may take', async () => {
    await choose(page, 'Lock fairness')
    await fill(page, 'Rounds', '50')
    await run(page)
    await outcome(page, /Finished/).waitFor()
    await page.getByRole('tab', { name: 'Verdict' }).click()
    await page.getByRole('heading', { name: /Handing the lock over, four threads took/ }).waitFor()
    await page.getByText(/Barging: .* of the acquisitions were by another thread/).waitFor()
  })

  test('goes on while the window reloads, and is found again', async () => {
    await choose(page, 'GIL countdown')
    await fill(page, 'Count', '1000000000')
    await run(page)
    await progress(page).waitFor()
    await page.reload()
    await progress(page).waitFor()
    const lanes = page.getByRole('treegrid', { name: 'Lanes, locks and queues' })
    await lanes.getByText('MainThread').waitFor()
    const before = await events(page)
    expect(before).toBeGreaterThanOrEqual(0)
  })

  test('is stopped from the keyboard, says so, and keeps what it has', async () => {
    await page.getByRole('treegrid', { name: 'Lanes, locks and queues' }).focus()
    await page.keyboard.press('Escape')
    await outcome(page, /Stopped/).waitFor()
    await page.getByRole('tab', { name: 'Verdict' }).click()
    await page.getByRole('tab', { name: /Lanes/ }).click()
    await page
      .getByRole('row', { name: /MainThread/ })
      .first()
      .waitFor()
  })

  test('whose process is killed says by what, and keeps the window usable', async () => {
    await choose(page, 'GIL countdown')
    await run(page)
    await progress(page).waitFor()
    for (const pid of pidsOf(app.recordings, 'runner.mjs')) process.kill(pid, 'SIGKILL')
    await page
      .getByRole('alert')
      .filter({ hasText: /ended unexpectedly/ })
      .waitFor()
    await choose(page, 'Sender and receiver with a thread')
    await run(page)
    await progress(page).waitFor()
    await page.keyboard.press('Escape')
    await outcome(page, /Stopped/).waitFor()
  })

  test('with a parameter out of bounds is not started, and the field says why', async () => {
    await choose(page, 'Lock contention')
    await page.getByRole('textbox', { name: 'Threads' }).fill('99')
    await page
      .getByRole('alert')
      .filter({ hasText: /64|16|32|at most/ })
      .waitFor()
    await page.keyboard.press('Enter')
    expect(await progress(page).count()).toBe(0)
  })
})

describe.skipIf(missing !== undefined)(titled('a demo whose own code fails'), () => {
  test('says where, keeps its timeline, and leaves nothing behind when the window closes', async () => {
    const folder = await broken('sender-receiver-thread', 'run')
    const app = await launchApp({ folder })
    try {
      const { page, recordings, temporary } = app
      await choose(page, 'Sender and receiver with a thread')
      await run(page)
      await page
        .getByRole('alert')
        .filter({ hasText: /the program broke/ })
        .waitFor()
      await page.getByRole('treegrid').getByText('MainThread').waitFor()
      await page.getByRole('tab', { name: /Output/ }).click()
      await page
        .getByRole('log')
        .getByText(/the program broke/)
        .first()
        .waitFor()
      await app.close()
      await until('every process is gone', () => processesOf(recordings).length === 0)
      expect(await readdir(temporary).catch(() => [])).toEqual([])
    } finally {
      await app.close().catch(() => undefined)
      await rm(folder, { recursive: true, force: true })
    }
  })
})

// On Electron itself its own processes carry the same environment, and who ends them is its business.
describe.skipIf(missing !== undefined || host === 'electron' || process.platform !== 'linux')(
  titled('a host that is killed in the middle of a run'),
  () => {
    test('takes every process and socket along; its recording opens and says what is missing', async () => {
      const app = await launchApp()
      const { page, recordings, temporary } = app
      const kept = await mkdtemp(join(tmpdir(), 'interleave-kept-'))
      try {
        await choose(page, 'Sender and receiver with a process')
        await fill(page, 'Items', '1000')
        await fill(page, 'Interval', '0.01')
        await run(page)
        await until('the child runs', () => pidsOf(recordings, 'child.mjs').length > 0)
        await until('something is recorded', async () => (await events(page)) > 0)
        const entry = host === 'web' ? 'web.mjs' : 'index.mjs'
        for (const pid of pidsOf(recordings, entry)) process.kill(pid, 'SIGKILL')
        await until('every process is gone', () => processesOf(recordings).length === 0)
        // The socket's folder; the stand-in's Chromium may leave a profile.
        const sockets = (await readdir(temporary)).filter((name) =>
          /^interleave-[0-9a-f]{12}$/.test(name),
        )
        expect(sockets).toEqual([])
        await cp(recordings, kept, { recursive: true })
      } finally {
        await app.close().catch(() => undefined)
      }
      const [name = ''] = await readdir(kept)
      const verified = await verify(join(kept, name))
      await rm(kept, { recursive: true })
      expect(verified.ok && verified.value.missing).toMatch(/cut short/)
    })
  },
)

/** A copy of the built program in which one demo's function throws. */
async function broken(demo: string, program: string): Promise<string> {
  const root = resolve(import.meta.dirname, '../..')
  const folder = await mkdtemp(join(tmpdir(), 'interleave-broken-'))
  await cp(join(root, 'package.json'), join(folder, 'package.json'))
  await cp(join(root, 'out'), join(folder, 'out'), {
    recursive: true,
    filter: (source) => !source.includes(join('out', 'test')),
  })
  const file = join(folder, 'out/main/demos', `${demo}.mjs`)
  const text = await readFile(file, 'utf8')
  const declared = `function ${program}(`
  if (!text.includes(declared)) throw new Error(`${file} has no ${declared}`)
  const renamed = text.replace(
    declared,
    `function ${program}() { throw new Error('the program broke') }\nfunction unused(`,
  )
  await writeFile(file, renamed)
  return folder
}
