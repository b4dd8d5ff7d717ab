/** What the sampler makes of a process: refused, ended, vanished, another one than before. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type * as fs from 'node:fs'
import { Activity, type ProcessSamples } from '../../main/python/sampler/samples.ts'
import { Sampling } from '../../main/python/sampler/sampling.ts'
import { FakeProc } from './fake-proc.ts'
import { clearErrors, openErrors, readErrors } from './file-errors.ts'

vi.mock('node:fs', async (original) => {
  const { refusing } = await import('./file-errors.ts')
  return refusing(await original<typeof fs>())
})

const PID = 4711
const GIL = 0x1000
const STATES = { 4711: 0x10n, 4712: 0x20n, 4713: 0x30n }

let proc: FakeProc
let sampling: Sampling
let now = 0
const told: ProcessSamples[] = []

beforeEach(() => {
  proc = new FakeProc()
  now = 60e9
  told.length = 0
  sampling = new Sampling({ root: proc.root, architecture: 'x64', now: () => now })
})
afterEach(() => {
  sampling.dispose()
  proc.dispose()
  clearErrors()
})

const gilLine = (number = 202): string => `${number} 0x${(GIL + 64).toString(16)} 0x189 0x0\n`

function watch(gil = BigInt(GIL), since?: number): void {
  sampling.watch({ pid: PID, gil, ...(since !== undefined && { since }) })
  for (const [id, state] of Object.entries(STATES)) sampling.watchThread(PID, Number(id), state)
}

/** So many milliseconds, sampled as they would be. @returns the last report */
function pass(milliseconds: number): ProcessSamples {
  const end = now + milliseconds * 1e6
  for (;;) {
    const next = Math.min(sampling.sampleDue(), end)
    if (next >= end) break
    now = next
  }
  now = end
  told.push(...sampling.reports())
  const last = told.at(-1)
  if (last === undefined) throw new Error('nothing was told')
  return last
}

const holders = () =>
  told.flatMap((each) =>
    Array.from(each.holders.threadStates, (state, index) => [state, each.holders.switches[index]]),
  )
const activities = (thread: number) =>
  told.flatMap(({ activities: { threads, activities } }) =>
    [...activities].filter((_, index) => threads[index] === thread),
  )

function threeThreads(lines: readonly [string, string, string]): void {
  proc.process(PID)
  Object.keys(STATES).forEach((id, index) =>
    proc.thread(PID, Number(id), { syscall: lines[index] ?? '', state: 'S' }),
  )
}

test('only what changes is told', () => {
  threeThreads(['running\n', gilLine(), '230 0x1 0x1\n'])
  proc.gil(PID, GIL, { holder: 0x10n, switches: 7n })
  watch()
  expect(pass(20)).toMatchObject({ reading: 'measured', reason: '', switchInterval: 5_000_000 })
  expect(holders()).toEqual([[0x10n, 7n]])
  expect([4711, 4712, 4713].map(activities)).toEqual([
    [Activity.runnable],
    [Activity.waitsForGil],
    [Activity.blocked],
  ])
  told.length = 0
  expect(pass(20)).toMatchObject({ pid: PID, holders: { times: new Float64Array() } })
  expect(activities(4711)).toEqual([])
  proc.gil(PID, GIL, { holder: 0x20n, switches: 8n })
  proc.thread(PID, 4712, { syscall: 'running\n' })
  pass(5)
  proc.gil(PID, GIL, { holder: 0x20n, switches: 8n, locked: 0 })
  pass(5)
  expect(holders()).toEqual([
    [0x20n, 8n],
    [0n, 8n],
  ])
  expect(activities(4712)).toEqual([Activity.runnable])
})

test('hand-overs between two samples are told, though the holder is the same', () => {
  threeThreads(['running\n', gilLine(), gilLine()])
  proc.gil(PID, GIL, { holder: 0x10n, switches: 7n })
  watch()
  pass(5)
  proc.gil(PID, GIL, { holder: 0x10n, switches: 9n })
  pass(5)
  expect(holders()).toEqual([
    [0x10n, 7n],
    [0x10n, 9n],
  ])
})

test('on arm64 the futex of the GIL has another number', () => {
  sampling.dispose()
  sampling = new Sampling({ root: proc.root, architecture: 'arm64', now: () => now })
  threeThreads(['running\n', gilLine(98), gilLine(202)])
  proc.gil(PID, GIL, { holder: 0x10n, switches: 7n })
  watch()
  pass(5)
  expect(activities(4712)).toEqual([Activity.waitsForGil])
  expect(activities(4713)).toEqual([Activity.blocked])
})

test.each([
  ['1\n', 'kernel.yama.ptrace_scope is 1'],
  ['2\n', 'sudo sysctl kernel.yama.ptrace_scope=1'],
  ['3\n', 'restart'],
  [undefined, 'SYS_PTRACE'],
])('memory that is refused is estimated and the setting is named: scope %j', (scope, words) => {
  proc.process(PID)
  proc.gil(PID, GIL, { holder: 0x10n, switches: 7n })
  if (scope !== undefined) proc.write('sys/kernel/yama/ptrace_scope', scope)
  openErrors.set('4711/mem', 'EACCES')
  openErrors.set('4711/syscall', 'EPERM')
  // Some systems refuse the reading, not the opening.
  readErrors.set('4712/syscall', 'EPERM')
  proc.thread(PID, 4711, { syscall: '', state: 'R', processorTime: 10 })
  proc.thread(PID, 4712, { syscall: '', state: 'R', processorTime: 10 })
  proc.thread(PID, 4713, { state: 'S', processorTime: 900 })
  watch()
  pass(2)
  proc.thread(PID, 4712, { processorTime: 500 })
  const last = pass(5)
  expect(last).toMatchObject({ reading: 'estimated', switchInterval: 0 })
  expect(last.reason).toContain(words)
  expect(holders().at(-1)).toEqual([0x20n, 1n])
  expect(activities(4713)).toEqual([Activity.blocked])
})

test('where the kernel keeps no exact processor time, ticks are compared', () => {
  proc.process(PID)
  for (const id of [4711, 4712]) proc.thread(PID, id, { state: 'R', ticks: 5 })
  proc.thread(PID, 4713, { state: 'S' })
  watch(0n)
  pass(2)
  proc.thread(PID, 4712, { state: 'R', ticks: 6 })
  pass(3)
  expect(pass(3)).toMatchObject({ reading: 'estimated' })
  expect(holders().at(-1)?.[0]).toBe(0x20n)
  proc.thread(PID, 4711, { state: 'R', ticks: 7 })
  proc.thread(PID, 4712, { state: 'S', ticks: 6 })
  pass(3)
  expect(holders().at(-1)?.[0]).toBe(0x10n)
  for (const id of [4711, 4712]) proc.thread(PID, id, { state: 'S' })
  pass(3)
  expect(holders().at(-1)?.[0]).toBe(0n)
})

test('threads that nobody may see make it not available', () => {
  threeThreads(['running\n', gilLine(), gilLine()])
  openErrors.set('4711/task', 'EPERM')
  watch()
  expect(pass(5)).toMatchObject({ reading: 'not available' })
  expect(told[0]?.reason).toContain('hidepid')
})

test('a thread that goes away is told once, the others go on', () => {
  threeThreads(['running\n', gilLine(), gilLine()])
  proc.gil(PID, GIL, { holder: 0x10n, switches: 7n })
  watch()
  pass(5)
  for (const file of ['syscall', 'stat']) readErrors.set(`4712/${file}`, 'ESRCH')
  proc.remove('4711/task/4712')
  proc.thread(PID, 4713, { syscall: 'running\n' })
  pass(5)
  pass(5)
  expect(activities(4712)).toEqual([Activity.waitsForGil, Activity.gone])
  expect(activities(4713)).toEqual([Activity.waitsForGil, Activity.runnable])
})

test('a thread that had gone before it was looked at is told as gone', () => {
  threeThreads(['running\n', gilLine(), gilLine()])
  proc.gil(PID, GIL, { holder: 0x10n, switches: 7n })
  proc.remove('4711/task/4713')
  watch()
  pass(5)
  expect(activities(4713)).toEqual([Activity.gone])
})

test('a thread that goes away while its time is measured is told as gone, and closed', () => {
  proc.process(PID)
  for (const id of [4711, 4712]) proc.thread(PID, id, { syscall: 'running\n' })
  proc.thread(PID, 4713, { syscall: 'running\n', state: 'R', processorTime: 1 })
  watch(0n)
  pass(1)
  expect(activities(4712)).toEqual([Activity.runnable])
  for (const id of [4711, 4712]) readErrors.set(`${id}/syscall`, 'ESRCH')
  pass(5)
  expect(activities(4712)).toEqual([Activity.runnable, Activity.gone])
  expect(activities(4713)).toEqual([Activity.runnable])
})

test('a number that is given to another thread of the process is that thread', () => {
  threeThreads(['running\n', gilLine(), gilLine()])
  proc.gil(PID, GIL, { holder: 0x10n, switches: 7n })
  watch()
  pass(5)
  proc.remove('4711/task/4713')
  proc.thread(PID, 4713, { syscall: '230 0x1 0x1\n', state: 'S' })
  sampling.watchThread(PID, 4713, 0x40n)
  pass(5)
  expect(activities(4713)).toEqual([Activity.waitsForGil, Activity.blocked])
})

test('a process that ends is told as ended, not as one that cannot be measured any more', () => {
  threeThreads(['running\n', gilLine(), gilLine()])
  proc.gil(PID, GIL, { holder: 0x10n, switches: 7n })
  watch()
  pass(5)
  // Its memory goes first.
  proc.write('4711/mem', '')
  expect(pass(5)).toMatchObject({ reading: 'measured' })
  expect(holders().at(-1)).toEqual([0n, 7n])
  readErrors.set('4711/stat', 'ESRCH')
  proc.remove('4711')
  const last = pass(30)
  expect(last).toMatchObject({ reading: 'measured', until: now })
  for (const id of [4711, 4712, 4713]) expect(activities(id).at(-1)).toBe(Activity.gone)
})

test('a process that is a zombie has ended', () => {
  threeThreads(['running\n', gilLine(), gilLine()])
  proc.gil(PID, GIL, { holder: 0x10n, switches: 7n })
  watch()
  pass(5)
  proc.write('4711/mem', '')
  proc.process(PID, { state: 'Z' })
  pass(5)
  expect(activities(4712).at(-1)).toBe(Activity.gone)
})

test('a process that becomes another program is estimated, and why is told', () => {
  threeThreads(['running\n', gilLine(), gilLine()])
  proc.gil(PID, GIL, { holder: 0x10n, switches: 7n })
  watch()
  pass(5)
  proc.write('4711/mem', Buffer.alloc(GIL + 64, 0xaa))
  const { reading, reason } = pass(5)
  expect(reading).toBe('estimated')
  expect(reason).toContain('start the program again')
})

test('a later process with the same number is not taken for the one that was traced', () => {
  threeThreads(['running\n', gilLine(), gilLine()])
  proc.gil(PID, GIL, { holder: 0x10n, switches: 7n })
  // Up for 100 s, now is 60: a start at tick 9,000 was at 50 s.
  proc.write('uptime', '100.00 5.00\n')
  proc.process(PID, { started: 9_000 })
  watch(BigInt(GIL), 45e9)
  pass(5)
  expect(holders()).toEqual([])
  expect(activities(4711)).toEqual([])
  sampling.unwatch(PID)
  watch(BigInt(GIL), 51e9)
  pass(5)
  expect(holders()).toEqual([[0x10n, 7n]])
})

test('a process that had ended before it was watched is no error', () => {
  watch()
  expect(pass(5)).toMatchObject({ pid: PID, until: now })
  sampling.unwatch(PID)
  sampling.unwatch(PID)
  expect(sampling.reports()).toEqual([])
})

test('a GIL that is found later is measured from then on', () => {
  threeThreads(['running\n', gilLine(), gilLine()])
  proc.gil(PID, GIL, { holder: 0x10n, switches: 7n })
  watch(0n)
  const { reading, reason } = pass(5)
  expect(reading).toBe('estimated')
  expect(reason).toContain('was not found')
  expect(activities(4712)).toEqual([Activity.waits])
  sampling.watch({ pid: PID, gil: BigInt(GIL) })
  expect(pass(5)).toMatchObject({ reading: 'measured', reason: '' })
  expect(activities(4712)).toEqual([Activity.waits, Activity.waitsForGil])
})

test('an idle process is sampled less, until something happens', () => {
  threeThreads(['230 0x1\n', gilLine(), gilLine()])
  proc.gil(PID, GIL, { holder: 0n, switches: 7n, locked: 0 })
  watch()
  expect(pass(40)).toMatchObject({ period: 1e6 })
  expect(pass(500)).toMatchObject({ period: 20e6 })
  expect(pass(1000).samples).toBeLessThan(60)
  proc.thread(PID, 4711, { syscall: 'running\n' })
  pass(25)
  const { period, samples } = pass(40)
  expect(period).toBe(1e6)
  expect(samples).toBeGreaterThan(35)
})

test('of many threads all get their turn', () => {
  proc.process(PID)
  proc.gil(PID, GIL, { holder: 0x1n, switches: 7n })
  const ids = Array.from({ length: 50 }, (_, index) => 5_000 + index)
  for (const id of ids) proc.thread(PID, id, { syscall: 'running\n' })
  sampling.watch({ pid: PID, gil: BigInt(GIL) })
  for (const id of ids) sampling.watchThread(PID, id, BigInt(id))
  for (let step = 0; step < 50; step++) sampling.governor.adjust(1, 50)
  expect(sampling.governor.threads).toBeLessThan(50)
  pass(2_000)
  expect(ids.filter((id) => activities(id).length === 0)).toEqual([])
})
