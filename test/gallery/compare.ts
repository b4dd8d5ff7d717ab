/** Compares a picture with the one that is kept of it. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import pixelmatch from 'pixelmatch'
import { PNG } from 'pngjs'

/** Difference of a pixel's colour, from 0 to 1, that nobody sees. */
const THRESHOLD = 0.06
/** Pixels that may differ by more: processors round differently where edges are smoothed. */
const ALLOWED = 12

const kept = resolve(import.meta.dirname, 'pictures')

/** Set: pictures are written, not compared. */
export const isRenewing = process.env['INTERLEAVE_RENEW_PICTURES'] === '1'

/** A third of what the browser writes: plain areas and patterns repeat themselves as they are. */
const encode = (picture: PNG): Buffer =>
  PNG.sync.write(picture, { colorType: 2, deflateLevel: 9, deflateStrategy: 0, filterType: 0 })

/**
 * @param taken PNG as the browser made it.
 * @param failures folder for the pictures of a comparison that fails, made when needed.
 * @returns what differs, in words; undefined: nothing. When renewing, the picture is kept instead.
 */
export async function compare(
  name: string,
  taken: Buffer,
  failures: string,
): Promise<string | undefined> {
  const path = join(kept, `${name}.png`)
  const actual = PNG.sync.read(taken)
  if (isRenewing) {
    await mkdir(kept, { recursive: true })
    // One that nobody can tell from the kept one would only make the repository larger.
    if (!existsSync(path) || (await differing(actual, path)).pixels > 0)
      await writeFile(path, encode(actual))
    return undefined
  }
  if (!existsSync(path)) return `There is no picture of ${name} yet. ${HOW}`
  const { pixels, shown } = await differing(actual, path)
  if (pixels <= ALLOWED) return undefined
  await mkdir(failures, { recursive: true })
  const [actualPath, shownPath] = ['actual', 'difference'].map((what) =>
    join(failures, `${name}-${what}.png`),
  ) as [string, string]
  await writeFile(actualPath, encode(actual))
  if (shown) await writeFile(shownPath, encode(shown))
  const much = shown ? `${pixels} pixels differ` : 'its size differs'
  return `${name} does not look as it did: ${much}.\n  now: ${actualPath}\n  difference: ${shown ? shownPath : '-'}\n  kept: ${path}\n${HOW}`
}

const HOW =
  'If it is meant to look so, renew the pictures with `node build/gallery.mjs --renew` and look at each.'

async function differing(
  actual: PNG,
  path: string,
): Promise<{ readonly pixels: number; readonly shown?: PNG }> {
  const expected = PNG.sync.read(await readFile(path))
  const { width, height } = expected
  if (actual.width !== width || actual.height !== height) return { pixels: Infinity }
  const shown = new PNG({ width, height })
  const pixels = pixelmatch(expected.data, actual.data, shown.data, width, height, {
    threshold: THRESHOLD,
  })
  return { pixels, shown }
}
