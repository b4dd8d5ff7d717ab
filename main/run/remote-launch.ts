import { disposable } from '../core/disposables.ts'
import { Emitter } from '../core/emitter.ts'
import type { HostChannel } from './host-channel.ts'
import type { LaunchedProcess, ProcessExit } from './process.ts'

/**
 * Child processes forked by the host on the runner's behalf: in Electron only the main process
 * can fork, so the runner asks, on every host alike.
 */
export function remoteLaunch(channel: HostChannel): (args: readonly string[]) => LaunchedProcess {
  const children = new Map<number, RemoteProcess>()
  let next = 1
  channel.onMessage((message) => {
    if (message.type === 'spawned') children.get(message.child)?.spawned(message.pid)
    if (message.type !== 'child-exit') return
    children.get(message.child)?.exited(message.exit)
    children.delete(message.child)
  })
  return (args) => {
    const child = next++
    const launched = new RemoteProcess((force) => {
      channel.post({ type: 'kill-child', child, force })
    })
    children.set(child, launched)
    channel.post({ type: 'spawn', child, args })
    return launched
  }
}

class RemoteProcess implements LaunchedProcess {
  pid: number | undefined
  readonly #signal: (force: boolean) => void
  readonly #spawns = new Emitter<number>()
  readonly #exits = new Emitter<ProcessExit>()
  #exit: ProcessExit | undefined

  constructor(signal: (force: boolean) => void) {
    this.#signal = signal
  }

  post(): void {
    throw new Error('a child is spoken to over its socket, not through the host')
  }

  onMessage() {
    return disposable(() => undefined)
  }

  onSpawn(listener: (pid: number) => void) {
    return this.#spawns.on(listener)
  }

  onExit(listener: (exit: ProcessExit) => void) {
    return this.#exits.on(listener)
  }

  terminate(): void {
    if (this.#exit === undefined) this.#signal(false)
  }

  kill(): void {
    if (this.#exit === undefined) this.#signal(true)
  }

  spawned(pid: number): void {
    this.pid = pid
    this.#spawns.emit(pid)
  }

  exited(exit: ProcessExit): void {
    if (this.#exit !== undefined) return
    this.#exit = exit
    this.#exits.emit(exit)
    this.#exits.dispose()
    this.#spawns.dispose()
  }
}
