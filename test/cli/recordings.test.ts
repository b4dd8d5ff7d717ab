import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommandLine } from '../../main/cli/main.ts'
import { fakeHost } from './fake-host.ts'
import { writeRecording } from './recording.ts'

describe('stats and verify', () => {
  let folder = ''
  let whole = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'interleave-cli-'))
    whole = join(folder, 'whole.ilv')
    await writeRecording(whole)
  })
  afterAll(() => rm(folder, { recursive: true }))

  const copy = async (name: string): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, await readFile(whole))
    return path
  }
  const call = async (...words: string[]) => {
    const host = fakeHost()
    return { code: await runCommandLine(words, host), ...host.log }
  }

  it('tells lanes and locks of a recording', async () => {
    const { code, out, err } = await call('stats', whole)
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('lock-contention one-lock, ')
    expect(out).toMatch(/Lane .*\n {2}Thread-1 .*Returned\n/)
    expect(out).toMatch(/Lock .*\n {2}Lock-1 +program\.ts:3 +1 /)
    expect(out).not.toContain('Queue')
  })

  it('tells them as JSON', async () => {
    const { out } = await call('stats', whole, '--json')
    expect(JSON.parse(out)).toMatchObject({
      dropped: 0,
      metadata: { request: { demo: 'lock-contention' } },
      tables: { locks: [{ name: 'Lock-1', acquired: 1 }], queues: [] },
    })
  })

  it('finds a recording whole', async () => {
    const { code, out, err } = await call('verify', whole)
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(': whole; ')
  })

  it('compares what is stored in one with what its events give', async () => {
    const { code, out, err } = await call('verify', '--rebuild', whole)
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('what its events give, byte for byte')
  })

  it('tells in JSON, too, that what is stored is what its events give', async () => {
    const compared = await call('verify', '--rebuild', '--json', whole)
    expect(JSON.parse(compared.out)).toMatchObject({ whole: true, same: true })
    const read = await call('verify', '--json', whole)
    expect(JSON.parse(read.out)).not.toHaveProperty('same')
  })

  it.each(['stats', 'verify'])('%s calls a folder a folder', async (command) => {
    const { code, err } = await call(command, folder)
    expect(code).toBe(1)
    expect(err).toBe(
      `interleave: ${folder} is a folder. Give it an .ilv file that Interleave has recorded.\n`,
    )
  })

  it('says what one that was cut short lacks, and shows the rest of it', async () => {
    const path = await copy('cut.ilv')
    await truncate(path, (await readFile(path)).length - 10)
    const verified = await call('verify', path)
    expect(verified.code).toBe(1)
    expect(verified.out).toContain('readable, but not whole')
    expect(verified.err).toMatch(/^interleave: The recording was cut short: .*byte \d+.*\n$/)
    const read = await call('stats', path)
    expect(read.code).toBe(0)
    expect(read.out).toContain('Lock-1')
    expect(read.err).toContain('cut short')
  })

  it('names the byte at which one is damaged', async () => {
    const path = await copy('damaged.ilv')
    const bytes = await readFile(path)
    bytes[bytes.length - 20] = (bytes.at(-20) ?? 0) ^ 1
    await writeFile(path, bytes)
    for (const command of ['verify', 'stats']) {
      const { code, err, out } = await call(command, path)
      expect([code, out]).toEqual([1, ''])
      expect(err).toMatch(/^interleave: [^\n]*damaged\.ilv: [^\n]*byte \d+[^\n]*\n$/)
    }
    const { out } = await call('verify', path, '--json')
    expect(JSON.parse(out)).toMatchObject({ whole: false, reason: 'damaged' })
  })

  it.each([
    ['nowhere.ilv', 'There is no file'],
    ['foreign.ilv', 'not an Interleave recording'],
    ['.', 'is a folder'],
  ])('refuses %s in one line', async (name, words) => {
    const path = join(folder, name)
    if (name === 'foreign.ilv') await writeFile(path, '# not a recording\n'.repeat(9))
    const { code, err } = await call('verify', path)
    expect(code).toBe(1)
    expect(err).toMatch(/^interleave: [^\n]+\n$/)
    expect(err).toContain(words)
  })
})
