import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../renderer/gallery/random.ts'
import { NewestWins } from '../../../renderer/timeline/newest-wins.ts'
import { ManualTimer } from './manual-timer.ts'

function setUp(interval = 0) {
  const timer = new ManualTimer()
  const asked: number[] = []
  const answered: number[] = []
  const open: { resolve: (value: number) => void; reject: (reason: Error) => void }[] = []
  let most = 0
  const asker = new NewestWins<number, number>({
    ask: (question) => {
      asked.push(question)
      return new Promise((resolve, reject) => {
        open.push({ resolve, reject })
        most = Math.max(most, open.length)
      })
    },
    onAnswer: (answer) => answered.push(answer),
    isSame: (left, right) => left === right,
    interval,
    timer,
  })
  const settle = async (value: number) => {
    open.shift()?.resolve(value)
    await Promise.resolve()
    await Promise.resolve()
  }
  const fail = async () => {
    open.shift()?.reject(new Error('gone'))
    await Promise.resolve()
    await Promise.resolve()
  }
  return { asker, timer, asked, answered, open, settle, fail, most: () => most }
}

describe('asking for views', () => {
  it('never has two requests out, and the newest wins', async () => {
    const { asker, asked, answered, settle, most } = setUp()
    for (let question = 1; question <= 10; question++) asker.want(question)
    expect(asked).toEqual([1])
    await settle(100)
    expect(asked).toEqual([1, 10])
    await settle(101)
    expect(answered).toEqual([100, 101])
    expect(most()).toBe(1)
  })

  it('holds under any order of wishes, answers, failures and time', async () => {
    const random = seededRandom(42)
    const { asker, timer, asked, open, settle, fail, most } = setUp(33)
    let last = 0
    for (let step = 0; step < 2_000; step++) {
      const choice = random.next()
      if (choice < 0.5) asker.want((last = step))
      else if (choice < 0.7) timer.pass(random.between(0, 50))
      else if (choice < 0.9) await settle(step)
      else await fail()
    }
    for (let round = 0; round < 4; round++) {
      timer.pass(100)
      await settle(0)
    }
    expect(most()).toBe(1)
    expect(open).toHaveLength(0)
    expect(asked.at(-1)).toBe(last)
  })

  it('keeps the interval between questions', async () => {
    const { asker, timer, asked, settle } = setUp(33)
    asker.want(1)
    await settle(0)
    asker.want(2)
    asker.want(3)
    expect(asked).toEqual([1])
    timer.pass(32)
    expect(asked).toEqual([1])
    timer.pass(1)
    expect(asked).toEqual([1, 3])
  })

  it('does not ask the same again, unless told to or refused', async () => {
    const { asker, asked, settle, fail } = setUp()
    asker.want(1)
    await settle(0)
    asker.want(1)
    expect(asked).toEqual([1])
    asker.forget()
    asker.want(1)
    expect(asked).toEqual([1, 1])
    await fail()
    asker.want(1)
    expect(asked).toEqual([1, 1, 1])
  })

  it('gives no answer and leaves no timer after disposal', async () => {
    const { asker, timer, asked, answered, settle } = setUp(33)
    asker.want(1)
    await settle(7)
    asker.want(2)
    expect(timer.pending).toBe(1)
    asker.dispose()
    expect(timer.pending).toBe(0)
    asker.want(3)
    timer.pass(100)
    expect(asked).toEqual([1])
    expect(answered).toEqual([7])
  })
})
