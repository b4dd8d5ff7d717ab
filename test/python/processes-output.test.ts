/** What a program prints, and how it ends, is the same with the probe and without it. */
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Interpreter } from '../../main/run/contract.ts'
import { describeWithPythons, pythons } from '../support/pythons.ts'
import { newFolder, PROBE, runPlain, runProbed, script, type RunOptions } from './probed.ts'

const LIMIT = 120_000
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const demo = (path: string): string => here(`../../main/demos/${path}`)
/** Of the warning about a fork in a process with threads. */
const withoutPids = (text: string): string => text.replaceAll(/pid=\d+/g, 'pid=…')
const both = (python: Interpreter, path: string, options?: RunOptions) =>
  Promise.all([runPlain(python.path, path, options), runProbed(python.path, path, options)])
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

await describeWithPythons('everything of multiprocessing and concurrent.futures', (python) => {
  test.each(python.startMethods)(
    'prints the same by %s',
    async (method) => {
      const options = { arguments: [method] }
      const [plain, probed] = await both(python, here('programs/everything.py'), options)
      expect(plain).toMatchObject({ code: 0 })
      expect(probed.out).toBe(plain.out)
      expect(withoutPids(probed.error)).toBe(withoutPids(plain.error))
      expect(probed.code).toBe(0)
      expect(readdirSync(probed.trace).length).toBeGreaterThan(30)
    },
    LIMIT,
  )
})

const NOTE = [
  'sender-receiver-process/guarded.py',
  'sender-receiver-thread/program.py',
  'pool-map/guarded.py',
  // A function within a function: it works by fork and fails with every other method.
  'sender-receiver-process/program_class.py',
]
/** Without a guard they work by fork alone; with other methods some hang. */
const UNGUARDED = ['sender-receiver-process/program.py', 'pool-map/program.py']

/** They sleep: one interpreter that forks by default and one that does not, each the newest. */
async function ofEachDefault(): Promise<readonly Interpreter[]> {
  const all = await pythons()
  const forks = all.find(({ defaultStartMethod }) => defaultStartMethod === 'fork')
  const others = all.find(({ defaultStartMethod }) => defaultStartMethod !== 'fork')
  return [forks, others].filter((each) => each !== undefined)
}

const noteTests = (python: Interpreter): void => {
  const programs = python.defaultStartMethod === 'fork' ? [...NOTE, ...UNGUARDED] : NOTE
  test.each(programs)(
    '%s prints the same and ends in the same way',
    async (name) => {
      const [plain, probed] = await both(python, demo(name))
      expect(probed.out).toBe(plain.out)
      expect(probed.code).toBe(plain.code)
      expect(lastLine(probed.error)).toBe(lastLine(plain.error))
    },
    LIMIT,
  )
}

await describeWithPythons("the note's programs", noteTests, ofEachDefault)

const ORPHAN = `
import multiprocessing as mp, shutil, sys

def work(queue):
    queue.put(('worked', 'interleave_probe' in sys.modules))

if __name__ == '__main__':
    shutil.rmtree(sys.argv[1])
    ctx = mp.get_context(sys.argv[2])
    queue = ctx.Queue()
    process = ctx.Process(target=work, args=(queue,))
    process.start()
    print(queue.get(timeout=30))
    process.join()
    print(process.exitcode)
`

await describeWithPythons("children whose probe's folder has gone", (python) => {
  test.each(python.startMethods.filter((method) => method !== 'fork'))(
    'run without it by %s',
    async (method) => {
      const probe = join(newFolder(), 'probe')
      cpSync(PROBE, probe, { recursive: true })
      const path = script(ORPHAN)
      const ended = await runPlain(python.path, join(probe, 'run.py'), {
        arguments: ['--trace', newFolder(), '--', path, probe, method],
      })
      expect(ended.error).toBe('')
      expect(ended.out).toBe("('worked', False)\n0\n")
    },
    LIMIT,
  )
})

test('the programs that are run are there', () => {
  for (const name of [...NOTE, ...UNGUARDED])
    expect(readFileSync(demo(name), 'utf8')).toContain('import')
})
