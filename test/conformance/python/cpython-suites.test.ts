/**
 * What of CPython's own suites passes passes under the probe as well. In `npm test` the quick ones
 * on one interpreter; `npm run test:cpython` sets INTERLEAVE_CPYTHON_SUITES to `all`, or to names of
 * modules separated by commas, and takes every interpreter that ships them.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { pythons, shortVersion } from '../../support/pythons.ts'
import { compare, ships } from './cpython-suite.ts'

const QUICK = ['test.test_queue', 'test.test_thread']
const ALL = [
  ...QUICK,
  'test.test_threading',
  'test.test_threading_local',
  'test.test_threadsignals',
  'test.test_concurrent_futures',
  'test.test_multiprocessing_main_handling',
  'test.test_multiprocessing_fork',
  'test.test_multiprocessing_spawn',
  'test.test_multiprocessing_forkserver',
]
const MINUTES = 60_000

const asked = process.env['INTERLEAVE_CPYTHON_SUITES'] ?? ''
const modules =
  asked === '' ? QUICK : asked === 'all' ? ALL : asked.split(',').map((name) => `test.${name}`)

interface Difference {
  /** Of the test's id, from the module's name on; it holds for whatever ends so. */
  readonly test: string
  readonly reason: string
}

const differences = JSON.parse(
  readFileSync(new URL('known-differences.json', import.meta.url), 'utf8'),
) as readonly Difference[]

const isKnown = (id: string): boolean => differences.some(({ test }) => id.endsWith(test))

const found = await pythons()
const shipping = []
for (const python of found) if (await ships(python, QUICK[0] ?? '')) shipping.push(python)
const chosen = asked === '' ? shipping.slice(0, 1) : shipping

if (chosen.length === 0) {
  const reason = `no CPython 3.8 or newer that ships its test package (of ${found.length} found)`
  process.stderr.write(`SKIPPED CPython's own suites: ${reason}\n`)
  describe.skip(reason)
}

for (const python of chosen)
  describe(`CPython ${shortVersion(python)} (${python.version})`, () => {
    test.each(modules)(
      '%s passes as without the probe',
      async (module) => {
        if (!(await ships(python, module))) return
        const { plain, probed, broken, detail } = await compare(python, module)
        const known = broken.filter(isKnown)
        process.stdout.write(
          `${shortVersion(python)} ${module}: ${plain.size} pass without the probe, ${probed.size} with it` +
            `${known.length > 0 ? `; known: ${known.join(', ')}` : ''}\n`,
        )
        // Something ran at all.
        expect(plain.size).toBeGreaterThan(0)
        expect(
          broken.filter((id) => !isKnown(id)),
          detail,
        ).toEqual([])
      },
      60 * MINUTES,
    )
  })
