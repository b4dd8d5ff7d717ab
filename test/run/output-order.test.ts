import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { OutputOrder } from '../../main/run/output-order.ts'
import { OutputStream } from '../../main/trace/model.ts'

function collect() {
  const texts: string[] = []
  const order = new OutputOrder((_, text) => texts.push(text))
  const add = (at: bigint, text: string) => order.add({ at, stream: OutputStream.out, text })
  return { texts, order, add }
}

test('a line that was printed first comes first, though its port is read a turn later', async () => {
  const { texts, add } = collect()
  add(2n, 'after join')
  await turn()
  add(1n, 'before its end')
  expect(texts).toEqual([])
  await turn()
  await turn()
  expect(texts).toEqual(['before its end', 'after join'])
})

test('lines of the same time stay in the order of their arrival, and none comes twice', async () => {
  const { texts, order, add } = collect()
  for (const text of ['a', 'b', 'c']) add(1n, text)
  order.flush()
  expect(texts).toEqual(['a', 'b', 'c'])
  add(0n, 'd')
  await turn()
  await turn()
  await turn()
  expect(texts).toEqual(['a', 'b', 'c', 'd'])
})
