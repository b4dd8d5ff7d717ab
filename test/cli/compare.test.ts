import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommandLine } from '../../main/cli/main.ts'
import { fakeHost } from './fake-host.ts'
import { writeRecording } from './recording.ts'

describe('compare', () => {
  let folder = ''
  let one = ''
  let other = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'interleave-cli-'))
    one = join(folder, 'one.ilv')
    other = join(folder, 'other.ilv')
    await writeRecording(one)
    await writeRecording(other, 'philosophers')
  })
  afterAll(() => rm(folder, { recursive: true }))

  const call = async (...words: string[]) => {
    const host = fakeHost()
    return { code: await runCommandLine(words, host), ...host.log }
  }

  it('tells what two recordings have, and that one differs from itself in nothing', async () => {
    const { code, out, err } = await call('compare', one, one)
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/ {2}A {2}one\.ilv: lock-contention one-lock, 1 repeat\n {2}B {2}one\.ilv/)
    expect(out).toMatch(/Elapsed +90\sns +90\sns +0\ss +1\.00\s× +the same\n/)
    expect(out).toMatch(/Thread-1: running /)
    expect(out).toMatch(/Lock-1: acquired +1 +1 +0 /)
    expect(out).not.toContain('Different')
  })

  it('allows two demos, and says that they are', async () => {
    const { code, out } = await call('compare', one, other)
    expect(code).toBe(0)
    expect(out).toContain('Different demos: A lock-contention, B philosophers.')
  })

  it('is one document with --json', async () => {
    const { code, out } = await call('compare', one, other, one, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      files: [one, other, one],
      comparisons: [
        {
          members: [{ letter: 'A' }, { letter: 'B' }, { letter: 'C' }],
          caveats: ['Different demos: A lock-contention, B philosophers, C lock-contention.'],
        },
      ],
    })
  })

  it('reads what there is of a recording that was cut short, and says so', async () => {
    const cut = join(folder, 'cut.ilv')
    const bytes = await readFile(one)
    await writeFile(cut, bytes)
    await truncate(cut, bytes.length - 60)
    const { code, out } = await call('compare', one, cut)
    expect(code).toBe(0)
    expect(out).toContain('B was cut short: ')
  })

  it('refuses what is no recording, by its name, and prints nothing', async () => {
    const foreign = join(folder, 'foreign.ilv')
    await writeFile(foreign, 'no recording, though it is long enough to be one')
    const { code, out, err } = await call('compare', one, foreign)
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/foreign\.ilv: not an Interleave recording/)
    expect((await call('compare', one, join(folder, 'none.ilv'))).err).toContain('There is no file')
  })

  it('is used wrongly with one file, or with seven', async () => {
    const few = await call('compare', one)
    expect([few.code, few.err]).toEqual([2, expect.stringContaining('B.ilv is missing.')])
    const many = await call('compare', ...Array<string>(7).fill(one))
    expect(many.code).toBe(2)
    expect(many.err).toContain('one word too many')
  })
})
