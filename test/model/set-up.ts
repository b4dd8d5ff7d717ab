/** A scenario, ready to be explored. */
import type { ThreadServices } from '../../main/threading/runtime.ts'
import { Memory } from './memory.ts'
import type { Program, Scenario } from './program.ts'
import type { Subjects } from './subjects.ts'
import { Threads } from './thread.ts'
import { World } from './world.ts'

/** Ident of who sets up; threads of the program count from 1. */
const SETTING_UP = 31
/** Entries in the table of threads. */
const LIVES = 4

export interface Ready {
  readonly program: Program
  readonly memory: Memory
  /** With no history: at the beginning, and whenever the memory's generation has changed. */
  begin(): { readonly threads: Threads; readonly world: World }
}

/** The scenario's program, set up in `subjects` with memory of its own. */
export function setUp(scenario: Scenario, subjects: Subjects): Ready {
  const { Control, CONTROL_WORDS, LIFE_WORDS, reportDeath, runtime } = subjects
  const control = new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * 4))
  Atomics.store(control, Control.nextResource, 1)
  Atomics.store(control, Control.nextIdent, 1)
  runtime.ident = SETTING_UP
  runtime.name = 'setting up'
  runtime.mayBlock = true
  runtime.control = control
  runtime.lives = new Int32Array(new SharedArrayBuffer(LIVES * LIFE_WORDS * 4))
  runtime.tracer = undefined
  runtime.now = () => 0n
  runtime.gil = undefined
  // Primitives only ask whether there are any.
  runtime.services = {} as ThreadServices
  const program = scenario(subjects)
  const names = Object.entries(Control).reduce<string[]>((all, [name, word]) => {
    all[word] = name
    return all
  }, [])
  const memory = new Memory(control.buffer, names)
  for (const { buffer, name, words } of program.memory ?? []) memory.name(buffer, name, words)
  const begin = () => {
    const threads = new Threads(program, subjects, memory)
    const world = new World(program, threads, (ident) => {
      const words = new Int32Array(control.length)
      reportDeath(words, ident)
      const word = words.findIndex((value) => value !== 0)
      return { word: memory.wordAt(control.buffer, word), bits: words[word]! }
    })
    return { threads, world }
  }
  return { program, memory, begin }
}
