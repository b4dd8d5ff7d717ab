import type { Scenario } from '../program.ts'
import { alike, doing, outcomeOf, repeated, Section } from './common.ts'

/** Ident of the thread that may be terminated, the first. */
const MORTAL = 1

const named = (buffer: SharedArrayBuffer) => ({ buffer, name: 'mutex', words: ['owner'] })

export const mutexExcludes =
  (threads: number, times = 1): Scenario =>
  ({ mutex }) => {
    const memory = new SharedArrayBuffer(4)
    const words = new Int32Array(memory)
    const section = new Section()
    return {
      threads: alike(
        threads,
        repeated(times, [
          doing(() => mutex.lockMutex(words, 0)),
          doing(() => section.visit()),
          doing(() => mutex.unlockMutex(words, 0)),
        ]),
      ),
      memory: [named(memory), section.memory],
      atEnd: (_, peek) => (peek(memory, 0) === 0 ? undefined : 'the mutex stays locked'),
    }
  }

/** One is terminated anywhere: the others take over what it held, and are told so. */
export const mutexIsTakenOver =
  (threads: number): Scenario =>
  ({ mutex, runtime }) => {
    const memory = new SharedArrayBuffer(4)
    const words = new Int32Array(memory)
    const section = new Section()
    return {
      threads: alike(threads, [
        () => mutex.lockMutex(words, 0),
        (takenOver) => {
          section.visit(runtime.ident, takenOver === true ? MORTAL : 0)
          return undefined
        },
        doing(() => mutex.unlockMutex(words, 0)),
      ]),
      memory: [named(memory), section.memory],
      mortal: [0],
      atEnd: (outcomes, peek) =>
        outcomes[0] === 'terminated' || peek(memory, 0) === 0
          ? undefined
          : 'the mutex stays locked',
    }
  }

/** One that is terminated in what nobody can finish: the others are told, nobody goes on. */
export const mutexIsIrreparable =
  (threads: number): Scenario =>
  ({ mutex }) => {
    const memory = new SharedArrayBuffer(4)
    const words = new Int32Array(memory)
    const section = new Section()
    return {
      threads: alike(threads, [
        () => outcomeOf(() => mutex.lockMutex(words, 0), 'RuntimeError'),
        (locked) => {
          if (locked === 'RuntimeError') return locked
          mutex.declareIrreparable(words, 0)
          // Even when it took over: then nothing irreparable had begun.
          section.visit()
          mutex.unlockMutex(words, 0)
          return 'done'
        },
      ]),
      memory: [named(memory), section.memory],
      mortal: [0],
      atEnd: (outcomes) =>
        outcomes[0] !== 'terminated' && outcomes.includes('RuntimeError')
          ? 'irreparable, and nobody died'
          : undefined,
    }
  }
