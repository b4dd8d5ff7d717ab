/** Workers that are threads of this process: two channels for each, one bell for all results. */
import type { Seconds } from '../../core/units.ts'
import { deadlineAfter } from '../../threading/futex.ts'
import { runtime } from '../../threading/runtime.ts'
import { runAsync, runBlocking } from '../../threading/steps.ts'
import { registerModule } from '../../threading/targets.ts'
import { Thread } from '../../threading/thread.ts'
import type { Crew, CrewMember } from './crew.ts'
import { BrokenThreadPool } from './errors.ts'
import { allocateBell, allocateMail, awaitMail, Inbox, Outbox, type MailHandle } from './mailbox.ts'
import { openResult, openTask, withHandles, type FromWorker, type ToWorker } from './messages.ts'
import { serve, type WorkerSetup } from './serve.ts'

/** How long a worker may take to listen to its first task: ends what hangs. */
const OPEN_TIMEOUT: Seconds = 60

/** The target of a worker thread, named as CPython's: `Thread-1 (worker)`. */
export async function worker(
  tasks: MailHandle,
  results: MailHandle,
  setup: WorkerSetup,
  initargs: readonly unknown[],
): Promise<void> {
  const inbox = new Inbox(tasks)
  const outbox = new Outbox(results)
  const take = (): ToWorker | undefined =>
    inbox.isShut ? { type: 'stop' } : (inbox.take() as ToWorker | undefined)
  try {
    await serve(
      {
        receive() {
          for (;;) {
            const message = runBlocking(awaitMail(inbox.words, take, Infinity), 'getAsync')
            if (message !== undefined) return openTask(message)
          }
        },
        send: (message) => outbox.send(withHandles(message)),
      },
      setup,
      initargs,
    )
  } finally {
    inbox.close()
    outbox.close()
  }
}

/** Loaded in every thread under this name: it is not a program's module. */
registerModule('interleave:pool/threads', { worker })

class ThreadMember implements CrewMember {
  readonly number: number
  readonly pid = undefined
  readonly inbox: Inbox
  readonly #thread: Thread
  readonly #outbox: Outbox
  /** Before the worker listens. */
  readonly #held: ToWorker[] = []
  readonly #onDispose: (member: ThreadMember) => void
  #started = false

  constructor(
    bell: Int32Array<SharedArrayBuffer>,
    setup: WorkerSetup,
    initargs: readonly unknown[],
    onDispose: (member: ThreadMember) => void,
  ) {
    this.#onDispose = onDispose
    this.number = setup.worker
    const tasks = allocateMail()
    const results = allocateMail(bell)
    this.inbox = new Inbox(results)
    this.#outbox = new Outbox(tasks)
    const args = [tasks, results, setup, initargs] as const
    this.#thread = new Thread({ target: worker, args, daemon: true })
  }

  start(): void {
    this.#thread.start()
    this.#started = true
  }

  async startAsync(): Promise<void> {
    this.start()
    await runAsync(this.#outbox.awaitOpen(deadlineAfter(OPEN_TIMEOUT)))
    for (const message of this.#held.splice(0)) this.#outbox.send(message)
  }

  get hasEnded(): boolean {
    return this.#started && !this.#thread.isAlive()
  }

  describe(): string {
    return `${this.#thread.name} (ident ${this.#thread.ident})`
  }

  send(message: ToWorker): number {
    const mail = withHandles(message)
    if (!this.#outbox.isOpen && runtime.mayBlock) this.#awaitOpen()
    if (this.#outbox.isOpen && this.#held.length === 0) this.#outbox.send(mail)
    // Structured clone refuses what cannot travel now, not later.
    else this.#held.push(structuredClone(mail))
    return 0
  }

  #awaitOpen(): void {
    const deadline = deadlineAfter(OPEN_TIMEOUT)
    while (!this.hasEnded && Number(runtime.now()) < deadline) {
      const slice = Math.min(deadline, deadlineAfter(0.1))
      if (runBlocking(this.#outbox.awaitOpen(slice), 'getAsync')) return
    }
  }

  terminate(): void {
    this.#outbox.shut()
  }

  join(timeout?: Seconds): boolean {
    if (this.#started) this.#thread.join(timeout)
    return !this.#thread.isAlive()
  }

  async joinAsync(timeout?: Seconds): Promise<boolean> {
    if (this.#started) await this.#thread.joinAsync(timeout)
    return !this.#thread.isAlive()
  }

  dispose(): void {
    this.#outbox.close()
    this.inbox.close()
    this.#onDispose(this)
  }
}

export class CrewOfThreads implements Crew {
  readonly noun = 'thread'
  readonly #bell = allocateBell()
  readonly #members = new Set<ThreadMember>()
  readonly #setup: Omit<WorkerSetup, 'worker'>
  readonly #initargs: readonly unknown[]

  constructor(setup: Omit<WorkerSetup, 'worker'>, initargs: readonly unknown[]) {
    this.#setup = setup
    this.#initargs = initargs
  }

  hire(number: number): CrewMember {
    const setup = { worker: number, ...this.#setup }
    const member = new ThreadMember(this.#bell, setup, this.#initargs, (ended) =>
      this.#members.delete(ended),
    )
    this.#members.add(member)
    return member
  }

  retire(): void {
    // Nothing of a thread is used again.
  }

  receive(timeout: Seconds): FromWorker | undefined {
    const message = this.peek()
    if (message !== undefined || timeout === 0) return message
    const steps = awaitMail(this.#bell, () => this.peek(), deadlineAfter(timeout))
    return runBlocking(steps, 'getAsync')
  }

  receiveAsync(timeout: Seconds): Promise<FromWorker | undefined> {
    return runAsync(awaitMail(this.#bell, () => this.peek(), deadlineAfter(timeout)))
  }

  peek(): FromWorker | undefined {
    for (const member of this.#members) {
      const message = member.inbox.take()
      // Only `worker` sends here.
      if (message !== undefined) return openResult(message as FromWorker)
    }
    return undefined
  }

  broken(message: string, cause?: unknown): BrokenThreadPool {
    return new BrokenThreadPool(message, { cause })
  }
}
