/**
 * How threads of a child process start processes: the runner, which is asked, has them forked by
 * the host and tells of their ends.
 */
import { errorFrom } from '../multiprocessing/errors.ts'
import { ProcessLife } from '../multiprocessing/process-life.ts'
import type { ProcessReport, ProcessRequest } from '../multiprocessing/process-messages.ts'
import type { Answer, StartProcess } from '../multiprocessing/requests.ts'
import type { Seconds } from '../core/units.ts'
import { Offspring, startOf } from './offspring.ts'

const NOTHING = new Uint8Array(0)

interface Waiting {
  readonly body: StartProcess
  readonly resolve: (answer: Answer<'startProcess'>) => void
  readonly reject: (reason: Error) => void
}

export class ChildStarter {
  readonly offspring: Offspring
  readonly #send: (request: ProcessRequest, args: Uint8Array) => void
  readonly #waiting = new Map<number, Waiting>()
  /** The process that started this one. */
  #parent: { readonly number: number; readonly life: ProcessLife } | undefined
  #next = 1
  #onEnded: () => void = () => undefined

  /** @param number which process of the run this is. */
  constructor(number: number, send: (request: ProcessRequest, args: Uint8Array) => void) {
    this.offspring = new Offspring(number)
    this.#send = send
  }

  /** @returns the parent's life, which ends when the runner says so. */
  adopt(parent: number, pid: number): SharedArrayBuffer {
    const life = new ProcessLife()
    life.starting()
    life.started(parent, pid)
    this.#parent = { number: parent, life }
    return life.memory
  }

  start(body: StartProcess): Promise<Answer<'startProcess'>> {
    const id = this.#next++
    const started = new Promise<Answer<'startProcess'>>((resolve, reject) =>
      this.#waiting.set(id, { body, resolve, reject }),
    )
    this.#send({ kind: 'start', id, start: startOf(body) }, body.args)
    return started
  }

  signal(process: number, force: boolean): void {
    this.#send({ kind: 'signal', process, force }, NOTHING)
  }

  receive(report: ProcessReport): void {
    switch (report.kind) {
      case 'started':
        return this.#started(report)
      case 'refused':
        this.#waiting.get(report.id)?.reject(errorFrom(report.error))
        this.#waiting.delete(report.id)
        return
      case 'ended':
        if (report.process === this.#parent?.number) this.#parent.life.finish(report.exitcode)
        this.offspring.ended(report.process, report.exitcode)
        if (this.offspring.size === 0) this.#onEnded()
    }
  }

  /**
   * At the end of this process, as CPython does: its daemons are ended, the others waited for.
   * @param grace from SIGTERM to SIGKILL.
   */
  async end(grace: Seconds): Promise<void> {
    for (const daemon of this.offspring.daemons) this.signal(daemon, false)
    const force = setTimeout(() => {
      for (const daemon of this.offspring.daemons) this.signal(daemon, true)
    }, grace * 1000)
    if (this.offspring.size > 0) await new Promise<void>((resolve) => (this.#onEnded = resolve))
    clearTimeout(force)
  }

  #started({ id, process, pid }: Extract<ProcessReport, { kind: 'started' }>): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (waiting === undefined) return
    // Now, not when the promise's turn comes: the next message may be of its end.
    this.offspring.started(process, pid, waiting.body)
    waiting.resolve({ pid })
  }
}
