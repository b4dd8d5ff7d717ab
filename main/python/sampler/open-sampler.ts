/** Opens the sampler: a thread of its own, of which only the interface is seen here. */
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'
import { Control, CONTROL_WORDS } from './messages.ts'
import type { FromSampler, SamplerSetup, ToSampler } from './messages.ts'
import { noProc, samplerEnded } from './reasons.ts'
import type { ProcessSamples, Sampler, WatchedProcess } from './samples.ts'
import { monotonic } from './sampling.ts'

/**
 * @param entry URL of the built gil-sampler.ts
 * @param platform as process.platform
 */
export const openSampler = (entry: URL, platform: string = process.platform): Sampler =>
  platform === 'linux' ? new ThreadSampler(entry) : new NoSampler(noProc(platform))

class ThreadSampler implements Sampler {
  readonly #control = new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * 4))
  readonly #port: MessagePort
  readonly #watched = new Map<number, WatchedProcess>()
  /** Takes over when the thread has died. */
  #without: NoSampler | undefined
  #disposed = false

  constructor(entry: URL) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    const setup: SamplerSetup = { port: port2, control: this.#control.buffer }
    const worker = new Worker(entry, { workerData: setup, transferList: [port2] })
    worker.unref()
    worker.on('error', (error) => this.#ended(String(error)))
    worker.on('exit', (code) => this.#ended(`exit code ${code}`))
  }

  watch(process: WatchedProcess): void {
    this.#watched.set(process.pid, process)
    this.#without?.watch(process)
    this.#send({ type: 'watch', process })
  }

  watchThread(pid: number, thread: number, threadState: bigint): void {
    this.#send({ type: 'thread', pid, thread, threadState })
  }

  unwatch(pid: number): void {
    this.#watched.delete(pid)
    this.#without?.unwatch(pid)
    this.#send({ type: 'unwatch', pid })
  }

  take(): readonly ProcessSamples[] {
    const taken: ProcessSamples[] = []
    for (;;) {
      // Only the sampler's thread has the other end.
      const received = receiveMessageOnPort(this.#port) as { message: FromSampler } | undefined
      if (received === undefined) break
      taken.push(...received.message)
    }
    if (this.#without !== undefined) taken.push(...this.#without.take())
    // What was on its way when its process was unwatched.
    return taken.filter(({ pid }) => this.#watched.has(pid))
  }

  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    Atomics.store(this.#control, Control.stop, 1)
    this.#call()
    this.#port.close()
  }

  #send(message: ToSampler): void {
    if (this.#disposed) return
    this.#port.postMessage(message)
    this.#call()
  }

  #call(): void {
    Atomics.add(this.#control, Control.calls, 1)
    Atomics.notify(this.#control, Control.calls)
  }

  #ended(why: string): void {
    if (this.#disposed || this.#without !== undefined) return
    this.#without = new NoSampler(samplerEnded(why))
    for (const process of this.#watched.values()) this.#without.watch(process)
  }
}

/** Says of every process why nothing is known. */
class NoSampler implements Sampler {
  readonly #reason: string
  readonly #watched = new Set<number>()

  constructor(reason: string) {
    this.#reason = reason
  }

  watch({ pid }: WatchedProcess): void {
    this.#watched.add(pid)
  }

  watchThread(): void {
    // Nothing is known of threads either.
  }

  unwatch(pid: number): void {
    this.#watched.delete(pid)
  }

  take(): readonly ProcessSamples[] {
    return Array.from(this.#watched, (pid) => ({
      pid,
      until: monotonic(),
      reading: 'not available',
      reason: this.#reason,
      switchInterval: 0,
      holders: {
        times: new Float64Array(),
        threadStates: new BigUint64Array(),
        switches: new BigUint64Array(),
      },
      activities: {
        times: new Float64Array(),
        threads: new Uint32Array(),
        activities: new Uint8Array(),
      },
      samples: 0,
      period: 0,
    }))
  }

  dispose(): void {
    this.#watched.clear()
  }
}
