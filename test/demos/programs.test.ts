import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { demos, findDemo } from '../../main/demos/index.ts'
import { countdown, result } from '../../main/demos/gil-countdown/program.ts'
import { Control, runtime } from '../../main/threading/runtime.ts'

const read = (demo: string, file: string) =>
  readFileSync(join(import.meta.dirname, '../../main/demos', demo, file), 'utf8')

function demoOf(id: string) {
  const demo = findDemo(id)
  if (demo === undefined) throw new Error(id)
  return demo
}

describe('texts of the note', () => {
  it.each([
    [
      'gil-countdown',
      'program.py',
      '60d88b03d15efb2df180aeab10605c5d9274ac6ecdb8cdc4d8ef4bc7f998e1c3',
    ],
    [
      'sender-receiver-process',
      'program.py',
      '71e445af7d9bd7c2d83d4595373e3a5f367f1ef009d826af00e7f4875de53199',
    ],
    [
      'sender-receiver-process',
      'program_class.py',
      '9af408e0efde343047177ad84419ebb31776e4861063b04427960ba57f6f3175',
    ],
    [
      'sender-receiver-thread',
      'program.py',
      'a88416d7b32c0d707ad9df50fbee726c73e66043e625e20d8074ed71768d8749',
    ],
    ['pool-map', 'program.py', 'eeff2885b4b40f7ae86ea8aab1ddaaecc25dbc29cd9c6c36ed534a4cb91a2999'],
    [
      'pool-map',
      'program_results.py',
      '601f8fdc370dba14d07951066e4c2785412476ab238bd9c872221853f75351cb',
    ],
    [
      'start-methods',
      'program.py',
      '2d1b43bc068d8c1d7a78b437b1b0703a3da8d2355c67ec166c078afc2a22df00',
    ],
  ])('%s/%s stays as it was written, to the last space', (demo, file, digest) =>
    expect(createHash('sha256').update(read(demo, file)).digest('hex')).toBe(digest),
  )

  it('are run to the last byte, the listing of two programs as two', () => {
    const { variants } = demoOf('gil-countdown').manifest
    const texts = ['note-two-threads', 'note-one-thread'].map(
      (id) => variants.find((each) => each.id === id)?.python,
    )
    expect(texts.map((each) => each?.text).join('')).toBe(read('gil-countdown', 'program.py'))
    for (const each of texts) expect(each?.takes).toBe('nothing')
  })

  it('have nothing but the guard in the version that is guarded', () => {
    const lines = (file: string) =>
      read('sender-receiver-process', file)
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
    const guarded = lines('guarded.py').filter(
      (line) => !/^(if __name__ == '__main__':|# a process that is spawned)/.test(line),
    )
    expect(guarded).toEqual(lines('program.py'))
  })
})

describe('Python texts', () => {
  const texts = demos.flatMap(({ manifest }) =>
    manifest.variants.flatMap(({ id, program, python, works }) =>
      python === undefined ? [] : [{ demo: manifest.id, id, program, python, works }],
    ),
  )

  it.each(texts)('$demo $id: a twin takes parameters and calls what is there', (each) => {
    // What Node runs as well has a form; a text of the note has none.
    if (each.program !== undefined) expect(each.python.takes).toBe('parameters')
    if (each.python.takes === 'nothing') return
    const [, called = ''] = /__main__.*\n.*\n {4}(\w+)\(/.exec(each.python.text) ?? []
    expect(each.python.text).toContain(`def ${called}(parameters):`)
    expect(each.python.text.startsWith(read(each.demo, 'twin.py'))).toBe(true)
  })

  it('name a variant that works, in place of one that may fail, which can be chosen', () => {
    for (const { demo, works } of texts)
      if (works !== undefined)
        expect(demoOf(demo).manifest.variants.map(({ id }) => id)).toContain(works)
  })

  it('that take nothing are judged and counted by their own values, not by the form’s', () => {
    const { work } = demoOf('sender-receiver-thread')
    expect(work({ items: 77, interval: 1 }, 'thread')).toBe(77)
    expect(work({ items: 77, interval: 1 }, 'note')).toBe(10)
  })

  it('show every text of the note in the Source tab', () => {
    for (const { manifest } of demos)
      for (const { file, text } of manifest.sources) expect(text).toBe(read(manifest.id, file))
  })
})

describe('programs', () => {
  const load = async (id: string): Promise<Readonly<Record<string, unknown>>> =>
    (await import(`../../main/demos/${id}/program.ts`)) as Readonly<Record<string, unknown>>

  it.each(demos)('$manifest.id: what is shown is what runs', async ({ manifest }) => {
    const programs = await load(manifest.id)
    for (const { program } of manifest.variants)
      if (program !== undefined) expect(programs[program]).toBeTypeOf('function')
    const [typescript] = manifest.sources
    expect(typescript?.text).toBe(read(manifest.id, 'program.ts'))
    const imports = [...read(manifest.id, 'program.ts').matchAll(/from '([^']+)'/g)]
    for (const [, from] of imports)
      expect(from).toMatch(/^\.\.\/\.\.\/(threading|multiprocessing)\/index\.ts$/)
  })
})

describe('countdown', () => {
  const before = runtime.control
  afterEach(() => {
    runtime.control = before
  })

  it.each([1, 999, 1_000, 1_001, 12_345])('counts %d down, no more and no less', (count) => {
    runtime.control = new Int32Array(new SharedArrayBuffer(before.byteLength))
    countdown(count, 3)
    expect(Atomics.load(runtime.control, Control.doneLow)).toBe(count)
  })

  it('does every step of the work', () => {
    runtime.control = new Int32Array(new SharedArrayBuffer(before.byteLength))
    let value = 2_500
    for (let step = 0; step < 2_500 * 7; step += 1)
      value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0
    countdown(2_500, 7)
    expect(result.value).toBe(value)
  })
})
