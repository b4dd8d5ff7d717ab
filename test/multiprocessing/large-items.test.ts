import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { largeFile, storeLarge, takeLarge } from '../../main/multiprocessing/queues/large-items.ts'
import { openRun } from '../support/processes.ts'
import { drainEvents, output, runProgram } from '../support/threads.ts'

const linux = test.runIf(process.platform === 'linux')

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

async function printed(program: string, ...args: readonly unknown[]) {
  const run = openRun()
  await runProgram(run.host, 'large-items', program, ...args)
  return { run, lines: output(drainEvents(run.host)) }
}

linux('items on both sides of every limit come back as they were', async () => {
  const { run, lines } = await printed('everySize')
  expect(lines).toEqual([Array(6).fill(true).join(), 'True True', '0 1', '700'])
  expect(run.notices).toEqual([])
})

linux('what does not fit in the file goes another way, in order', async () => {
  const { lines } = await printed('moreThanFits')
  expect(lines).toEqual(['True True'])
})

linux('F01: a writer killed in the middle of a file: whole items, and a report', async () => {
  const { run, lines } = await printed('killedWriting')
  expect(lines).toEqual(['-9 True', '100000 False', 'others go on'])
  expect(run.notices).toEqual([
    `1 partial frame, ${2 * 2 ** 20} of ${4 * 2 ** 20} bytes discarded, ` +
      `writer pid ${run.exits[0]?.pid} died`,
  ])
})

linux('F02: what a reader took before it was killed is not delivered again', async () => {
  const { lines } = await printed('killedReading', 4)
  expect(lines[0]).toMatch(/^\[1, 3, 5, 7\] /)
})

linux('nothing is left after the program, and no folder after the run', async () => {
  const { run, lines } = await printed('folderAfter')
  const [folder = '', existed] = lines[0]?.split(' ') ?? []
  expect(existed).toBe('True')
  await run.registry.endSection()
  expect(readdirSync(folder)).toEqual(['owner'])
  await run.registry.dispose()
  expect(existsSync(folder)).toBe(false)
})

function makeFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'test-'))
  folders.push(folder)
  return largeFile(folder, 5, 1)
}

test('chunks are used again; a token that is not the item’s takes nothing', () => {
  const file = makeFile()
  const item = new Uint8Array(200_000).fill(3)
  const first = storeLarge(file, 1, item, item.length)
  const second = storeLarge(file, 2, item, item.length)
  expect([first, second]).toEqual([0, 4])
  const place = { process: 1, chunk: 0, length: item.length }
  expect(takeLarge(file, 9, place)).toBeUndefined()
  expect(takeLarge(file, 1, place)).toEqual(item)
  expect(takeLarge(file, 1, place)).toBeUndefined()
  // Too long for the gap, then one that fits.
  expect(storeLarge(file, 3, new Uint8Array(400_000), 400_000)).toBe(8)
  expect(storeLarge(file, 4, item, item.length)).toBe(0)
  const { size } = statSync(file)
  for (let id = 5; id < 50; id++) {
    expect(storeLarge(file, id, item, item.length)).toBe(15)
    takeLarge(file, id, { process: 1, chunk: 15, length: item.length })
  }
  expect(statSync(file).size).toBe(Math.max(size, 12_288 + 15 * 65_536 + item.length))
})

test('a file that cannot be written refuses, and leaves the item to the other way', () => {
  const file = join(makeFile(), 'no such folder')
  expect(storeLarge(file, 1, new Uint8Array(70_000), 70_000)).toBeUndefined()
  const full = makeFile()
  expect(storeLarge(full, 1, new Uint8Array(70_000), 70_000)).toBe(0)
  truncateSync(full, 12_288 + 100)
  expect(() => takeLarge(full, 1, { process: 1, chunk: 0, length: 70_000 })).toThrow('ends in')
})
