/** Recordings on the way to the window: the dialog, the list, a drop, the command line, a second start. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeRecording } from '../cli/recording.ts'
import type { StandinApplication } from '../electron-standin/launch.ts'
import { until } from '../support/until.ts'
import { buildTestApp, startTestApp } from './support.ts'

let folder = ''
/** Anywhere: not where recordings are listed. */
let files = ''
let app: StandinApplication
let page: Page
const listed = () => join(folder, 'main/recordings/listed.ilv')
const elsewhere = () => join(files, 'elsewhere.ilv')

beforeAll(async () => {
  folder = await buildTestApp()
  files = mkdtempSync(join(tmpdir(), 'interleave-open-'))
  await writeRecording(elsewhere())
  writeFileSync(join(files, 'foreign.ilv'), 'no recording, whatever its name says')
  mkdirSync(join(folder, 'main/recordings'))
  cpSync(elsewhere(), listed())
  ;({ app, page } = await startTestApp(folder, { env: { STANDIN_FILES: files } }))
})
afterAll(async () => {
  await app.close()
  rmSync(folder, { recursive: true, force: true })
  rmSync(files, { recursive: true, force: true })
})

const answer = (filePaths: string[], canceled = false) =>
  app.evaluate(({ standin }, given) => standin.answerDialog('showOpenDialog', given), {
    filePaths,
    canceled,
  })
const open = (path?: string) => page.evaluate((given) => host.openRecording(given), path)
const showing = (path: string) => ({ ok: true, value: { status: { recording: { path } } } })

describe('a recording', () => {
  test('is opened where the dialog says', async () => {
    await answer([elsewhere()])
    expect(await open()).toMatchObject(showing(elsewhere()))
    const { options } = (await app.observations()).dialogs.at(-1) ?? {}
    expect(options).toMatchObject({ filters: [{ extensions: ['ilv'] }], properties: ['openFile'] })
  })

  test('is not opened when the dialog is cancelled', async () => {
    await answer([], true)
    expect(await open()).toBeUndefined()
  })

  test('is listed and opened by its path there, and by no other', async () => {
    expect(await page.evaluate(() => host.recordings())).toMatchObject([
      { name: 'listed.ilv', path: listed(), demo: 'lock-contention' },
    ])
    expect(await open(listed())).toMatchObject(showing(listed()))
    for (const path of ['/etc/passwd', join(listed(), '..', '..', 'index.mjs'), elsewhere(), ''])
      expect(await open(path)).toMatchObject({ ok: false, failure: { kind: 'usage' } })
  })

  test('is opened beside what is held by its path in the list, and by no other', async () => {
    const beside = (path: string) => page.evaluate((given) => host.openGuest(given), path)
    const opened = await beside(listed())
    expect(opened).toMatchObject(showing(listed()))
    const id = opened.ok ? opened.value.id : ''
    expect(await page.evaluate(() => host.guests())).toMatchObject([{ id }])
    for (const path of ['/etc/passwd', elsewhere(), ''])
      expect(await beside(path)).toMatchObject({ ok: false, failure: { kind: 'usage' } })
    await page.evaluate((guest) => host.closeGuest(guest), id)
    expect(await page.evaluate(() => host.guests())).toEqual([])
  })

  test('is opened where it lies when it is dropped', async () => {
    const opened = await page.evaluate(() => host.openRecording(new File([], 'elsewhere.ilv')))
    expect(opened).toMatchObject(showing(elsewhere()))
  })

  test('that is none is refused in words', async () => {
    const refused = await page.evaluate(() => host.openRecording(new File([], 'foreign.ilv')))
    expect(refused).toMatchObject({
      ok: false,
      failure: { message: expect.stringMatching(/foreign\.ilv: not an .*byte 0/) as string },
    })
  })

  test('that the system opens is shown, and the window comes forward', async () => {
    await app.evaluate(({ app: electronApp, BrowserWindow }, path) => {
      BrowserWindow.getAllWindows()[0]?.minimize()
      const event = { preventDefault: () => undefined }
      electronApp.emit('open-file', event, path)
    }, elsewhere())
    await until('it was told', async () => (await page.evaluate(() => opened.length)) > 0)
    expect(await page.evaluate(() => opened.at(-1))).toMatchObject(showing(elsewhere()))
    await until('the window is no longer minimised', () =>
      app.evaluate(
        ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized() === false,
      ),
    )
  })

  test('named by a second start is opened in the first window', async () => {
    const userData = await app.evaluate(({ app: electronApp }) => electronApp.getPath('userData'))
    const before = await page.evaluate(() => opened.length)
    const second = startTestApp(
      folder,
      { env: { STANDIN_USER_DATA: userData } },
      join(files, 'foreign.ilv'),
    )
    await expect(second).rejects.toThrow('the app ended with 0')
    await until('it was told', async () => (await page.evaluate(() => opened.length)) > before)
    expect(await page.evaluate(() => opened.at(-1))).toMatchObject({ ok: false })
  })
})

test('one named on the command line is open when the window is', async () => {
  const started = await startTestApp(folder, {}, elsewhere())
  try {
    await until('it was told', async () => (await started.page.evaluate(() => opened.length)) === 1)
    expect(await started.page.evaluate(() => host.runs())).toMatchObject([
      { status: { recording: { path: elsewhere(), opened: true } } },
    ])
  } finally {
    await started.app.close()
  }
})
