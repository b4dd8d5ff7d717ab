import { disposable, type Disposable } from '../core/disposables.ts'
import type { FromRunner, ToRunner } from './process.ts'

/** The runner's side of the channel to the host that forked it. */
export interface HostChannel {
  post(message: FromRunner): void
  /** `port` accompanies `attach` in Electron. */
  onMessage(listener: (message: ToRunner, port: NativePort | undefined) => void): Disposable
  /** The host is gone; there is nobody left to run for. */
  onClose(listener: () => void): Disposable
}

/** What Electron's MessagePortMain offers, as far as it is used here. */
export interface NativePort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

/** `process.parentPort` of a utility process; Electron's types are not imported outside its rooms. */
interface ParentPort {
  postMessage(message: unknown): void
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly NativePort[] }) => void,
  ): unknown
  off(event: 'message', listener: unknown): unknown
}

/** @throws Error when this process was not forked by a host. */
export function openHostChannel(): HostChannel {
  // Present only in Electron's utility processes.
  const { parentPort } = process as NodeJS.Process & { readonly parentPort?: ParentPort }
  return parentPort === undefined ? overIpc() : overParentPort(parentPort)
}

function overParentPort(parentPort: ParentPort): HostChannel {
  return {
    post: (message) => parentPort.postMessage(message),
    onMessage(listener) {
      const heard = (event: { readonly data: unknown; readonly ports: readonly NativePort[] }) =>
        // Main speaks process.ts; both ends are one program.
        listener(event.data as ToRunner, event.ports[0])
      parentPort.on('message', heard)
      return disposable(() => void parentPort.off('message', heard))
    },
    // Electron ends its utility processes itself.
    onClose: () => disposable(() => undefined),
  }
}

function overIpc(): HostChannel {
  if (process.send === undefined) throw new Error('the runner is forked by a host, not started')
  return {
    post(message) {
      // A host that has gone is noticed by onClose; the callback keeps EPIPE from being thrown.
      if (process.connected) process.send?.(message, undefined, {}, () => undefined)
    },
    onMessage(listener) {
      const heard = (message: unknown) => listener(message as ToRunner, undefined)
      process.on('message', heard)
      return disposable(() => void process.off('message', heard))
    },
    onClose(listener) {
      process.on('disconnect', listener)
      return disposable(() => void process.off('disconnect', listener))
    },
  }
}
