/** Files that no probe wrote: whatever they say, reading them never throws and ends. */
import { closeSync, existsSync, openSync, truncateSync, unlinkSync, writeSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CHUNK_BYTES, CHUNKS_AT, HEADER_BYTES, SLOT_BYTES } from '../../main/python/trace/layout.ts'
import { EventKind } from '../../main/trace/model.ts'
import { testProgram } from './trace-program.ts'

const KINDS = [
  ...Object.values(EventKind),
  ...[232, 233, 234, 240, 241, 242, 243, 244, 245, 246, 99, 200],
]
const word = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.constantFrom(0x8000_0000 + 100, 0x8000_0000 + 101, 0xffff_ffff, 100, 101),
)
const event = fc.record({
  file: fc.integer({ min: 0, max: 1 }),
  thread: fc.integer({ min: 1, max: 3 }),
  after: fc.integer({ min: -5, max: 200 }),
  kind: fc.constantFrom(...KINDS),
  resource: fc.constantFrom(0, 1, 2, 5, 0xff_ffff),
  words: fc.tuple(word, word, word),
  text: fc.constantFrom('', 'a', 'lock\na.py:1\n', 'x\ny\n/key', 'ü'.repeat(400)),
  incomplete: fc.boolean().map((cut) => cut && true),
})
const damage = fc.record({
  file: fc.integer({ min: 0, max: 1 }),
  at: fc.oneof(
    fc.integer({ min: 0, max: HEADER_BYTES }),
    fc.integer({ min: HEADER_BYTES, max: HEADER_BYTES + 8 * SLOT_BYTES }),
    fc.integer({ min: CHUNKS_AT, max: CHUNKS_AT + 3 * CHUNK_BYTES }),
  ),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
})
const step = fc.oneof(
  { weight: 12, arbitrary: event },
  { weight: 2, arbitrary: damage },
  { weight: 1, arbitrary: fc.record({ seals: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ cutsTo: fc.integer({ min: 0, max: 40_000 }) }) },
  { weight: 1, arbitrary: fc.constant({ vanishes: true }) },
  { weight: 2, arbitrary: fc.constant({ passes: true }) },
)

test('whatever the files of two processes say, nothing is thrown and the session stays sound', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const program = testProgram()
      const files = [
        program.process({ pid: 100 }),
        program.process({ pid: 101, role: 1, parentSerial: 100n, firstResource: 3 }),
      ]
      const [, child] = files
      let time = 0
      let added = 0
      for (const each of steps) {
        if ('kind' in each) {
          const { file, thread, after, kind, resource, words, text, incomplete } = each
          time = Math.max(0, time + after / 10)
          const at = program.at(time)
          files[file]?.write(thread, { time: at, kind, resource, words, text, incomplete })
          added++
        } else if ('bytes' in each) {
          const path = files[each.file]?.path ?? ''
          if (!existsSync(path)) continue
          const descriptor = openSync(path, 'r+')
          writeSync(descriptor, each.bytes, 0, each.bytes.length, each.at)
          closeSync(descriptor)
        } else if ('seals' in each) files[0]?.seal(each.seals)
        else if ('passes' in each) program.until((time += 20))
        else if (child !== undefined && existsSync(child.path)) {
          if ('cutsTo' in each) truncateSync(child.path, each.cutsTo)
          else unlinkSync(child.path)
        }
      }
      program.until(time)
      program.trace.finish({ codes: new Map([[100, 1]]), otherwise: -9 })
      program.session.finish()
      const { session } = program
      expect(session.collector.lanes.filter(({ alive }) => alive)).toEqual([])
      expect(session.status().events).toBeLessThan(added * 20 + 200)
      session.answer('tables', {})
      session.tracks()
    }),
    { seed: 11, numRuns: 150 },
  )
})
