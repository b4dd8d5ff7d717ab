/** The Python texts of the demos, by themselves: their syntax, their guards, what they print. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { demos } from '../../main/demos/index.ts'
import type { Parameters } from '../../main/demos/manifest.ts'
import type { Interpreter } from '../../main/run/contract.ts'
import { describeWithPythons, eachMinorVersion } from '../support/pythons.ts'

const run = promisify(execFile)

/** Small enough for the twins of several engines to be over soon; other demos: their `quick`. */
const SMALL: Readonly<Record<string, number>> = {
  ...{ count: 10_000, threads: 2, switchInterval: 1, items: 3, interval: 0.01, rounds: 3 },
  ...{
    held: 0.01,
    outside: 0.01,
    workers: 2,
    work: 0,
    processes: 1,
    pings: 2,
    pause: 0,
    computing: 1,
  },
}
const SMALL_DEMOS =
  /^(gil-countdown|gil-convoy|start-methods|pool-map|sender-receiver-\w+|lock-\w+)$/

function smallParameters(id: string): Parameters {
  const manifest = demos.find((demo) => demo.manifest.id === id)?.manifest
  if (manifest === undefined || SMALL_DEMOS.test(id)) return SMALL
  return {
    ...Object.fromEntries(manifest.parameters.map((each) => [each.id, each.default])),
    ...manifest.quick,
  }
}

/** What a twin must have printed; what is not said here may print anything. */
const PRINTED: readonly (readonly [RegExp, RegExp])[] = [
  [/^gil-countdown/, /^Time taken in seconds - \d+\.\d+(e-\d+)?\n$/],
  [/^sender-receiver/, /^0\n1\n2\n$/],
  [/^pool-map results/, /^res: \[0, 1, 2\]\nresults: 3\nin order: true\n$/],
  [/^start-methods/, /^\w+: started in \d+\.\d{3} ms\n$/],
  [/^gil-convoy/, /^(round trip \d+\.\d{3} ms\n){2}$/],
  [/^lock-/, /^$/],
]

const variants = demos.flatMap(({ manifest: { id: demo, variants } }) =>
  variants.flatMap(({ id, python }) => (python === undefined ? [] : [{ demo, id, python }])),
)
const twins = variants.filter(({ python }) => python.takes === 'parameters')

/** The oldest and the newest of the ordinary ones, and the newest free-threaded one. */
async function farApart(): Promise<readonly Interpreter[]> {
  const all = await eachMinorVersion()
  const ordinary = all.filter(({ freeThreaded }) => !freeThreaded)
  const free = all.find(({ freeThreaded }) => freeThreaded)
  return [...new Set([ordinary.at(0), ordinary.at(-1), free])].filter((each) => each !== undefined)
}

await describeWithPythons(
  'texts of the demos',
  (python) => {
    let folder = ''
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'demos-'))
    })
    afterAll(async () => {
      await rm(folder, { recursive: true })
    })

    it('are Python to this version, all of them', async () => {
      for (const { demo, id, python: text } of variants)
        await writeFile(join(folder, `${demo}-${id}.py`), text.text)
      const compile =
        'import sys\nfor file in sys.argv[1:]: compile(open(file, encoding="utf-8").read(), file, "exec")'
      const files = variants.map(({ demo, id }) => join(folder, `${demo}-${id}.py`))
      const { stderr } = await run(python.path, ['-c', compile, ...files])
      expect(stderr).toBe('')
    })

    it.each(twins.filter(({ id }) => id !== 'fork' || process.platform !== 'win32'))(
      '$demo $id does what its twin does with the parameters',
      async ({ demo, id, python: { file, text } }) => {
        const path = join(folder, file)
        await writeFile(path, text)
        const { stdout } = await run(python.path, [path, JSON.stringify(smallParameters(demo))], {
          timeout: 100_000,
        })
        const [, expected = /^/] = PRINTED.find(([which]) => which.test(`${demo} ${id}`)) ?? []
        expect(stdout).toMatch(expected)
      },
    )
  },
  farApart,
)
