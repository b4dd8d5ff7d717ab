/** Lines of /proc as kernels write them, and what is concluded from them. */
import { expect, test } from 'vitest'
import { activityInCall, activityInState, futexCalls } from '../../main/python/sampler/activity.ts'
import { estimateHolder } from '../../main/python/sampler/estimate.ts'
import { GIL_WORDS_BYTES, readGilWords } from '../../main/python/sampler/gil-words.ts'
import {
  parseSchedstat,
  parseStat,
  parseSystemCall,
  startTime,
} from '../../main/python/sampler/proc-lines.ts'
import { Activity } from '../../main/python/sampler/samples.ts'

const GIL = 0x5581_0a2b_3000
const activityOf = (line: string, architecture = 'x64', gil = GIL) => {
  const call = parseSystemCall(line)
  return call && activityInCall(call, gil, futexCalls(architecture))
}
const futexLine = (number: number, address: number) =>
  `${number} 0x${address.toString(16)} 0x189 0x0 0x0 0x0 0xffffffff 0x7ffd1 0x7f0a\n`

test('a futex behind the words of the GIL is the GIL, another one is not', () => {
  expect(activityOf(futexLine(202, GIL + 0x48))).toBe(Activity.waitsForGil)
  expect(activityOf(futexLine(202, GIL))).toBe(Activity.waitsForGil)
  expect(activityOf(futexLine(202, GIL + 255))).toBe(Activity.waitsForGil)
  expect(activityOf(futexLine(202, GIL + 256))).toBe(Activity.waits)
  expect(activityOf(futexLine(202, GIL - 8))).toBe(Activity.waits)
  expect(activityOf(futexLine(455, GIL + 0x48))).toBe(Activity.waitsForGil)
})

test('without the address of the GIL nobody waits for it', () => {
  expect(activityOf(futexLine(202, 0x48), 'x64', 0)).toBe(Activity.waits)
})

test('a list of futexes is not taken for an address', () => {
  expect(activityOf(futexLine(449, GIL + 0x48))).toBe(Activity.waits)
})

test('a sleep and a read are neither running nor waiting for a lock', () => {
  expect(activityOf('230 0x1 0x1 0x7ffc 0x0 0x0 0x0 0x7ffd 0x7f0a\n')).toBe(Activity.blocked)
  expect(activityOf('0 0x3 0x7ffc 0x400 0x0 0x0 0x0 0x7ffd 0x7f0a\n')).toBe(Activity.blocked)
  expect(activityOf('-1 0x7ffd 0x7f0a\n')).toBe(Activity.blocked)
  expect(activityOf('running\n')).toBe(Activity.runnable)
})

test('the same number is another call on another architecture', () => {
  expect(activityOf(futexLine(98, GIL + 0x48), 'arm64')).toBe(Activity.waitsForGil)
  // getrusage on x64, accept on arm64.
  expect(activityOf(futexLine(98, GIL + 0x48), 'x64')).toBe(Activity.blocked)
  expect(activityOf(futexLine(202, GIL + 0x48), 'arm64')).toBe(Activity.blocked)
  // clock_nanosleep of arm64.
  expect(activityOf('115 0x1 0x1 0x7ffc 0x0 0x0 0x0 0x7ffd 0x7f0a\n', 'arm64')).toBe(
    Activity.blocked,
  )
  expect(activityOf(futexLine(221, GIL + 0x48), 'ppc64')).toBe(Activity.waitsForGil)
})

test('what is no such line says nothing', () => {
  for (const line of ['', '\n', 'x', '202', 'futex 0x10', '1.5 0x1', '\0\0\0\0'])
    expect(parseSystemCall(line)).toBeUndefined()
})

const fields = (state: string) =>
  `${state} 1 4711 4711 0 -1 4194304 120 0 0 0 37 5 0 0 20 0 4 0 998877 12345 1 2 3\n`

test('brackets, blanks and letters in the name of a thread are not its state', () => {
  for (const name of ['python3', 'a) R 1 (b', '))) ) Z', ''])
    expect(parseStat(`4712 (${name}) ${fields('S')}`)).toEqual({
      state: 'S',
      processorTicks: 42,
      started: 998_877,
    })
})

test('a line of stat that was cut off says nothing', () => {
  const line = `4712 (python3) ${fields('S')}`
  for (let length = 0; length < line.indexOf('998877'); length++)
    expect(parseStat(line.slice(0, length))).toBeUndefined()
})

test('states of threads that have ended are told from those that sleep', () => {
  expect(Array.from('RSDTtIZXx').map(activityInState)).toEqual([
    Activity.runnable,
    ...Array.from({ length: 5 }, () => Activity.blocked),
    ...Array.from({ length: 3 }, () => Activity.gone),
  ])
})

test('processor time is the first of three numbers, or unknown', () => {
  expect(parseSchedstat('123456789 42 7\n')).toBe(123_456_789)
  expect(parseSchedstat('0 0 0\n')).toBe(0)
  expect(parseSchedstat('')).toBeUndefined()
  expect(parseSchedstat('x 1 2')).toBeUndefined()
})

test('a start is told in the clock of the trace, whose zero is not that of ticks', () => {
  // Up for 100 s, of which the monotonic clock has slept 40: now is 60 s, the start 90 s after boot.
  expect(startTime(9_000, '100.00 12.00\n', 60e9)).toBe(50e9)
  expect(startTime(9_000, '', 60e9)).toBeUndefined()
})

const words = (interval: bigint, holder: bigint, locked: number, switches: bigint) => {
  const bytes = Buffer.alloc(GIL_WORDS_BYTES)
  bytes.writeBigUInt64LE(interval, 0)
  bytes.writeBigUInt64LE(holder, 8)
  bytes.writeInt32LE(locked, 16)
  bytes.writeBigUInt64LE(switches, 24)
  return bytes
}

test('whoever held the GIL last does not hold it once it is free', () => {
  const held = readGilWords(words(5000n, 0xabcn, 1, 17n))
  expect(held).toEqual({ interval: 5_000_000, holder: 0xabcn, switches: 17n })
  expect(readGilWords(words(5000n, 0xabcn, 0, 17n))?.holder).toBe(0n)
  expect(readGilWords(words(5000n, 0n, -1, 0n))?.holder).toBe(0n)
})

test('memory that is no GIL is not taken for one', () => {
  expect(readGilWords(words(0n, 0xabcn, 1, 17n))).toBeUndefined()
  expect(readGilWords(words(2n ** 40n, 0xabcn, 1, 17n))).toBeUndefined()
  expect(readGilWords(words(5000n, 0xabcn, 2, 17n))).toBeUndefined()
  expect(readGilWords(words(5000n, 0xabcn, 0x7f00_1234, 17n))).toBeUndefined()
})

test('of several runnable threads the one with the most processor time is the holder', () => {
  const thread = (threadState: bigint, isRunnable: boolean, grown: number) => ({
    threadState,
    isRunnable,
    grown,
  })
  expect(estimateHolder([], 5n)).toBe(0n)
  expect(estimateHolder([thread(1n, false, 9), thread(2n, false, 1)], 1n)).toBe(0n)
  expect(estimateHolder([thread(1n, false, 9), thread(2n, true, 0)], 1n)).toBe(2n)
  expect(estimateHolder([thread(1n, true, 3), thread(2n, true, 4)], 1n)).toBe(2n)
  // Nobody had any: the holder has lost its processor, not the GIL.
  expect(estimateHolder([thread(1n, true, 0), thread(2n, true, 0)], 2n)).toBe(2n)
  expect(estimateHolder([thread(1n, true, 0), thread(2n, false, 0)], 2n)).toBe(1n)
})
