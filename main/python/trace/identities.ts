/** Idents of the run for threads, tasks and processes, and who started which. */
import type { Process, Thread } from './process.ts'
import { PROCESS_IDENT } from './layout.ts'
import type { RunNumbers } from './run-numbers.ts'

export class Identities {
  readonly #numbers: RunNumbers
  /** Newest process with each pid. */
  readonly #processes = new Map<number, Process>()
  /** Of main threads, by pid; asked for before the process was seen. */
  readonly #expected = new Map<number, number>()
  /** Who started a process, by its pid, and what it calls it. */
  readonly #started = new Map<number, { readonly ident: number; readonly name: string }>()

  constructor(numbers: RunNumbers) {
    this.#numbers = numbers
  }

  add(process: Process): void {
    this.#processes.set(process.pid, process)
  }

  /** The newest with this pid. */
  process(pid: number): Process | undefined {
    return this.#processes.get(pid)
  }

  started(pid: number, by: Thread, name: string): void {
    this.#started.set(pid, { ident: by.own.ident, name })
  }

  /** Of a thread or task, by its number within the process. */
  in(process: Process, number: number): number {
    let ident = process.idents.get(number)
    if (ident === undefined) process.idents.set(number, (ident = this.#numbers.ident()))
    return ident
  }

  /** Of a thread: its number; of a process: that of its main thread; 0: nobody. */
  of(process: Process, number: number): number {
    if (number === 0) return 0
    return number < PROCESS_IDENT
      ? this.in(process, number)
      : this.#ofProcess(number - PROCESS_IDENT)
  }

  /** The thread with this number is the process's main one. @returns who started the process. */
  becomesMain(process: Process, number: number, starter: number): number {
    const { pid, file } = process
    const started = this.#started.get(pid)
    process.main = this.#expected.get(pid) ?? this.in(process, number)
    this.#expected.delete(pid)
    process.idents.set(number, process.main)
    process.name ||= started?.name ?? ''
    if (file.header.role === 'main') return 0
    if (started) return started.ident
    const parent = process.parent ?? this.#processes.get(file.header.parentPid)
    if (parent === undefined || parent === process) return 0
    return starter === 0 ? parent.main : this.of(parent, starter)
  }

  #ofProcess(pid: number): number {
    const main = this.#processes.get(pid)?.main
    if (main !== undefined && main !== 0) return main
    let ident = this.#expected.get(pid)
    if (ident === undefined) this.#expected.set(pid, (ident = this.#numbers.ident()))
    return ident
  }
}
