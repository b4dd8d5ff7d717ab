/** The loader's side of the channel to the host that forked it: Node's, or Electron's. */
import type { Loaded, LoadTask } from './loaded.ts'

export type FromLoader = { readonly type: 'ready' } | Loaded

/** `process.parentPort` of a utility process; Electron's types are not imported outside its rooms. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown
}

export interface LoaderChannel {
  ready(): void
  post(loaded: Loaded): void
  onTask(listener: (task: LoadTask) => void): void
}

/** @throws Error when this process was not forked by a host. */
export function openLoaderChannel(): LoaderChannel {
  const { parentPort } = process as NodeJS.Process & { readonly parentPort?: ParentPort }
  if (parentPort !== undefined) {
    const post = (message: FromLoader) => parentPort.postMessage(message)
    return {
      ready: () => post({ type: 'ready' }),
      post,
      // Both ends are one program.
      onTask: (listener) => parentPort.on('message', ({ data }) => listener(data as LoadTask)),
    }
  }
  if (process.send === undefined) throw new Error('the loader is forked by a host, not started')
  const post = (message: FromLoader) => void process.send?.(message, undefined, {}, () => undefined)
  // The host is gone: nobody waits for this.
  process.on('disconnect', () => process.exit())
  return {
    ready: () => post({ type: 'ready' }),
    post,
    onTask: (listener) => process.on('message', (message) => listener(message as LoadTask)),
  }
}
