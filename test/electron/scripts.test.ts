/** Scripts and interpreters on the way to the window: no page can have a file run that its user did not choose. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunRequest } from '../../main/run/contract.ts'
import type { StandinApplication } from '../electron-standin/launch.ts'
import { until } from '../support/until.ts'
import { buildTestApp, startTestApp } from './support.ts'

let folder = ''
let files = ''
let app: StandinApplication
let page: Page
const script = () => join(files, 'script.py')
const secret = () => join(files, 'secret.py')

beforeAll(async () => {
  folder = await buildTestApp()
  files = mkdtempSync(join(tmpdir(), 'interleave-scripts-'))
  writeFileSync(script(), 'print(1)\n')
  writeFileSync(secret(), 'print(2)\n')
  writeFileSync(join(files, 'notes.txt'), 'no script')
  writeFileSync(join(files, 'python-of-nobody'), '#!/bin/sh\necho no Python; exit 3\n')
  chmodSync(join(files, 'python-of-nobody'), 0o755)
  ;({ app, page } = await startTestApp(folder))
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
const choose = (path?: string) => page.evaluate((given) => host.chooseScript(given), path)
const dialogs = async () => (await app.observations()).dialogs.length

describe('a script', () => {
  test('is examined where the dialog says, and not run', async () => {
    await answer([script()])
    expect(await choose()).toMatchObject({
      ok: true,
      value: { path: script(), folder: files, bytes: 9, consented: false },
    })
    const { options } = (await app.observations()).dialogs.at(-1) ?? {}
    expect(options).toMatchObject({ properties: ['openFile'] })
  })

  test('is none when the dialog is cancelled', async () => {
    await answer([], true)
    expect(await choose()).toBeUndefined()
  })

  test('can be looked at again once it was chosen, and no other can', async () => {
    const before = await dialogs()
    expect(await choose(script())).toMatchObject({ ok: true, value: { path: script() } })
    for (const path of [secret(), '/etc/passwd', '', join(files, '..', 'x.py')])
      expect(await choose(path)).toMatchObject({
        ok: false,
        failure: { message: 'This script was not chosen by you.' },
      })
    expect(await dialogs()).toBe(before)
  })

  test('that was not chosen is not started, whatever the page says of it', async () => {
    const started = await page.evaluate((path) => {
      const target = { path, arguments: [], folder: '/', input: '', consent: '0'.repeat(64) }
      const request = {
        ...{ demo: 'python-script', variant: 'script', parameters: {}, repeats: 1 },
        ...{ baseline: false, script: target },
      }
      const hostile: unknown[] = [request, { ...request, script: null }, { script: [path] }]
      return Promise.all(hostile.map((each) => host.start(each as RunRequest)))
    }, secret())
    for (const each of started)
      expect(each).toMatchObject({
        ok: false,
        failure: { message: 'This script was not chosen by you.' },
      })
  })

  test('that is none is refused in words', async () => {
    await answer([join(files, 'notes.txt')])
    expect(await choose()).toMatchObject({
      ok: false,
      failure: { message: expect.stringMatching(/notes\.txt is not a Python file/) as string },
    })
  })

  test('named by a second start is the next one that is asked for, without a dialog', async () => {
    const userData = await app.evaluate(({ app: electronApp }) => electronApp.getPath('userData'))
    const before = await dialogs()
    const second = startTestApp(folder, { env: { STANDIN_USER_DATA: userData } }, secret())
    await expect(second).rejects.toThrow('the app ended with 0')
    await until('the page was told', async () =>
      (await page.evaluate(() => commands)).includes('open-script'),
    )
    expect(await choose()).toMatchObject({ ok: true, value: { path: secret() } })
    expect(await dialogs()).toBe(before)
    await answer([], true)
    expect(await choose()).toBeUndefined()
  })
})

describe('an interpreter', () => {
  test('comes from the dialog, whatever path the page gives', async () => {
    await answer([], true)
    expect(await page.evaluate(() => host.addInterpreter('/usr/bin/python3'))).toBeUndefined()
  })

  test('that is none is refused with what it said', async () => {
    await answer([join(files, 'python-of-nobody')])
    expect(await page.evaluate(() => host.addInterpreter())).toMatchObject({
      ok: false,
      failure: {
        message: expect.stringMatching(/no interpreter of Python. It ended with 3/) as string,
      },
    })
  })

  test('is listed as often as it is asked for', async () => {
    const listed = await page.evaluate(() => host.interpreters())
    expect(Array.isArray(listed)).toBe(true)
    expect(await page.evaluate(() => host.interpreters({ rescan: true }))).toEqual(listed)
  })
})
