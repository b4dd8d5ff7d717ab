/** What ships: packs the built app with a stand-in for Electron's distribution, and looks inside. */
import { execFile } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { extractAll, extractFile, listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch } from '../electron-standin/launch.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const require = createRequire(import.meta.url)

/** Where @electron/fuses finds the fuses in the binary: sentinel, version, count, then one character each. */
const FUSES = `dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u0008${'0'.repeat(8)}`

/** An Electron distribution as far as electron-builder looks: a script for the binary. */
function writeDistribution(folder: string): void {
  const version = (require('electron/package.json') as { version: string }).version
  for (const name of ['resources', 'locales']) mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'electron'), `#!/bin/sh\n# ${FUSES}\n`)
  chmodSync(join(folder, 'electron'), 0o755)
  writeFileSync(join(folder, 'version'), version)
  writeFileSync(join(folder, 'LICENSE'), '')
}

describe.skipIf(process.platform !== 'linux')('the packed app', () => {
  let folder = ''
  let packed = ''
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'interleave-pack-'))
    writeDistribution(join(folder, 'electron'))
    const command = join(require.resolve('electron-builder/package.json'), '../cli.js')
    const options = [
      ...['--linux', 'dir', '--config', 'build/electron-builder.yml', '--publish', 'never'],
      `-c.electronDist=${join(folder, 'electron')}`,
      `-c.directories.output=${join(folder, 'dist')}`,
    ]
    await promisify(execFile)(process.execPath, [command, ...options], {
      cwd: ROOT,
      timeout: 100_000,
    })
    packed = join(folder, 'dist/linux-unpacked')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const archive = () => join(packed, 'resources/app.asar')
  const files = () => listPackage(archive(), { isPack: false }).map((path) => path.slice(1))

  test('holds what was built and package.json, no source, test or package', () => {
    const all = files()
    expect(all).toEqual(
      expect.arrayContaining([
        'package.json',
        ...['index', 'runner', 'worker', 'child', 'web', 'cli'].map(
          (name) => `out/main/${name}.mjs`,
        ),
        'out/preload/index.cjs',
        'out/renderer/index.html',
      ]),
    )
    const elsewhere = all.filter(
      (path) => !/^(package\.json|out|out\/(main|preload|renderer)(\/.*)?)$/.test(path),
    )
    expect(elsewhere).toEqual([])
    expect(
      all.filter((path) => /\.(ts|svelte)$|(^|\/)(node_modules|test)(\/|$)/.test(path)),
    ).toEqual([])
  })

  test('starts at its built entry and needs nothing installed', () => {
    const manifest = JSON.parse(extractFile(archive(), 'package.json').toString()) as {
      main: string
      dependencies?: object
    }
    expect(manifest.main).toBe('out/main/index.mjs')
    expect(manifest.dependencies ?? {}).toEqual({})
    const imports = files()
      .filter((path) => /^out\/main\/.*\.mjs$/.test(path))
      .flatMap((path) => importsOf(extractFile(archive(), path).toString()))
    expect(imports).toContain('electron')
    const foreign = imports.filter((name) => !/^(\.|node:|electron$)/.test(name))
    expect([...new Set(foreign)]).toEqual([])
    expect(existsSync(join(packed, 'interleave'))).toBe(true)
  })

  test('opens its window, from what was packed alone', async () => {
    const unpacked = join(folder, 'unpacked')
    extractAll(archive(), unpacked)
    const app = await launch({
      args: [join(unpacked, 'out/main/index.mjs')],
      env: { INTERLEAVE_RECORDINGS: join(folder, 'recordings') },
    })
    try {
      const page = await app.firstWindow()
      await page.getByRole('button', { name: 'Run' }).first().waitFor()
      const { faults, pageErrors, violations } = await app.observations()
      expect([...faults, ...pageErrors, ...violations]).toEqual([])
    } finally {
      await app.close()
    }
  })

  test('has its fuses set', async () => {
    const wire = await getCurrentFuseWire(join(packed, 'interleave'))
    const [DISABLE, ENABLE] = ['0', '1'].map((state) => state.charCodeAt(0))
    expect(wire).toMatchObject({
      [FuseV1Options.RunAsNode]: DISABLE,
      [FuseV1Options.EnableCookieEncryption]: ENABLE,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: DISABLE,
      [FuseV1Options.EnableNodeCliInspectArguments]: DISABLE,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: ENABLE,
      [FuseV1Options.OnlyLoadAppFromAsar]: ENABLE,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: DISABLE,
    })
  })
})

test('the icon is large enough for every platform', () => {
  const image = readFileSync(join(ROOT, 'build/icon.png'))
  // Width and height of a PNG's header.
  expect([image.readUInt32BE(16), image.readUInt32BE(20)]).toEqual([1024, 1024])
})

/** Static imports of a built module. */
const importsOf = (code: string): string[] =>
  [
    ...code.matchAll(
      /^(?:import|export)[^'"\n]*?from ?["']([^"']+)["'];?$|^import ?["']([^"']+)["']/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? '')
