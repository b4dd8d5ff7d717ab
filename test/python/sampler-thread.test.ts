/** The sampler's thread: it comes up, ends with whoever opened it, and is missed when it dies. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, inject, test } from 'vitest'
import { openSampler } from '../../main/python/sampler/open-sampler.ts'
import type { ProcessSamples, Sampler } from '../../main/python/sampler/samples.ts'
import { until } from '../support/until.ts'

const entry = (): URL => pathToFileURL(join(inject('bundle'), 'gil-sampler.mjs'))
const isLinux = process.platform === 'linux'

const opened: Sampler[] = []
const folders: string[] = []
afterEach(() => {
  for (const sampler of opened.splice(0)) sampler.dispose()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function open(...args: Parameters<typeof openSampler>): Sampler {
  const sampler = openSampler(...args)
  opened.push(sampler)
  return sampler
}

/** Of the first process that it tells something of. */
async function firstOf(sampler: Sampler): Promise<ProcessSamples> {
  let found: ProcessSamples | undefined
  await until('the sampler tells something', () => {
    found ??= sampler.take()[0]
    return found !== undefined
  })
  if (found === undefined) throw new Error('nothing was told')
  return found
}

test('on a system without /proc nothing is started, and why is told', () => {
  const sampler = open(new URL('file:///nowhere.mjs'), 'darwin')
  sampler.watch({ pid: 1, gil: 1n })
  sampler.watchThread(1, 1, 1n)
  const [told] = sampler.take()
  expect(told).toMatchObject({ pid: 1, reading: 'not available' })
  expect(told?.reason).toContain('run Interleave on Linux')
  sampler.unwatch(1)
  expect(sampler.take()).toEqual([])
})

test.runIf(isLinux)(
  'a sampler that dies leaves a reason, and what is watched stays so',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sampler-'))
    folders.push(folder)
    const dying = join(folder, 'dying.mjs')
    writeFileSync(dying, "throw new Error('out of\\n memory')\n")
    const sampler = open(pathToFileURL(dying), 'linux')
    sampler.watch({ pid: process.pid, gil: 0n })
    const { pid, reading, reason } = await firstOf(sampler)
    expect({ pid, reading }).toEqual({ pid: process.pid, reading: 'not available' })
    expect(reason).toContain('(Error: out of memory)')
    expect(sampler.take()).toHaveLength(1)
  },
)

test.runIf(isLinux)('a process without a GIL is looked at from the threads it has', async () => {
  const sampler = open(entry())
  sampler.watch({ pid: process.pid, gil: 0n })
  sampler.watchThread(process.pid, process.pid, 0n)
  const { pid, reading, until: known } = await firstOf(sampler)
  expect({ pid, reading }).toEqual({ pid: process.pid, reading: 'estimated' })
  expect(known).toBeLessThanOrEqual(Number(process.hrtime.bigint()))
  sampler.unwatch(process.pid)
  expect(sampler.take()).toEqual([])
})

test.runIf(isLinux)('disposed before it has come up, it ends all the same', () => {
  const sampler = open(entry())
  sampler.dispose()
  sampler.dispose()
  sampler.watch({ pid: process.pid, gil: 0n })
  expect(sampler.take()).toEqual([])
})
