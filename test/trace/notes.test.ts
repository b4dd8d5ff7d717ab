import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import { verify } from '../../main/trace/node/recording-reader.ts'
import { busy, end, small, workshop } from './recordings.ts'
import { testRun } from './support.ts'

const shop = workshop()
const at = (from: number, text: string) => ({
  from: nanoseconds(from),
  to: nanoseconds(from),
  text,
})

test('notes of the run that goes on, of one that is over, and of a recording that was opened', async () => {
  const path = shop.path('notes.ilv')
  const sink = await shop.writer(path)
  const run = testRun(sink, sink)
  // Before there is an event, and so a header.
  run.session.answer('addNote', at(1, 'before'))
  busy(run, 10)
  const gone = run.session.answer('addNote', at(2, 'removed'))
  run.session.answer('addNote', at(3, 'meanwhile 糸'))
  run.session.answer('removeNote', { id: gone.id })
  await end(sink, run.session)
  run.session.answer('addNote', at(4, 'after the run'))
  await sink.dispose()
  const texts = async () =>
    (await shop.recording(path)).session.answer('notes', {}).map(({ text }) => text)
  expect(await texts()).toEqual(['before', 'meanwhile 糸', 'after the run'])
  const opened = await shop.recording(path)
  const added = opened.session.answer('addNote', at(5, 'when it was opened'))
  expect(await texts()).toEqual(['before', 'meanwhile 糸', 'after the run', added.text])
  opened.session.answer('removeNote', { id: added.id })
  opened.session.answer('removeNote', { id: 1 })
  expect(await texts()).toEqual(['meanwhile 糸', 'after the run'])
  expect(await verify(path)).toMatchObject({ ok: true, value: { missing: undefined } })
})

test('a note whose writing is interrupted at any byte leaves the recording as it was', async () => {
  const path = shop.path('whole.ilv')
  const before = (await small(shop, path)).length
  const { session } = await shop.recording(path)
  session.answer('addNote', at(1, 'the first'))
  const between = (await readFile(path)).length
  session.answer('addNote', at(2, 'the second'))
  const bytes = await readFile(path)
  const cut = shop.path('cut.ilv')
  for (let length = before; length < bytes.length; length += 3) {
    await writeFile(cut, bytes.subarray(0, length))
    const read = await shop.recording(cut)
    const notes = read.session.answer('notes', {}).map(({ text }) => text)
    expect(read.session.status().events).toBe(3)
    expect(notes).toEqual(length < between ? [] : ['the first'])
    expect(read.missing === undefined).toBe(length === before || length === between)
    // The next one takes the place of what is left of it.
    if (length % 8 === 0) {
      read.session.answer('addNote', at(3, 'the next'))
      const again = await shop.recording(cut)
      expect(again.missing).toBeUndefined()
      expect(again.session.answer('notes', {}).at(-1)?.text).toBe('the next')
    }
    read.dispose()
  }
})

test('a recording that was cut short takes no notes, and says why', async () => {
  const path = shop.path('cut.ilv')
  const bytes = await small(shop, path)
  await writeFile(path, bytes.subarray(0, -200))
  const { session } = await shop.recording(path)
  expect(() => session.answer('addNote', at(1, 'no'))).toThrow(/cut short.*takes no notes/)
  expect(await readFile(path)).toEqual(Buffer.from(bytes.subarray(0, -200)))
})
