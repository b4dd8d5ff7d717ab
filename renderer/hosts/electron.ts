import { disposable, type Disposable } from '../../main/core/disposables.ts'
import { Emitter } from '../../main/core/emitter.ts'
import { BRIDGE, PORT_MESSAGE, type Bridge } from '../../preload/bridge.ts'
import type { Host, RunPort } from './host.ts'

/** What the preload exposed; undefined in a browser. */
export const electronBridge = (): Bridge | undefined =>
  (window as { readonly [BRIDGE]?: Bridge })[BRIDGE]

export const createElectronHost = (bridge: Bridge): Host => ({
  kind: 'electron',
  catalogue: () => bridge.catalogue(),
  runs: () => bridge.runs(),
  start: (request) => bridge.start(request),
  stop: (run) => bridge.stop(run),
  attach: (run) => attach(bridge, run),
  save: (file) => bridge.save(file),
  onCommand: (listener) => disposable(bridge.onCommand(listener)),
})

/** @throws Error when the host holds no such run. */
async function attach(bridge: Bridge, run: string): Promise<RunPort> {
  const nonce = crypto.randomUUID()
  // Listening comes before asking: the port may arrive ahead of the answer.
  const arrival = nextPort(nonce)
  try {
    if (!(await bridge.attach(run, nonce))) throw new Error(`There is no run ${run} to attach to.`)
    return new ElectronRunPort(await arrival.port)
  } finally {
    arrival.dispose()
  }
}

interface Arrival extends Disposable {
  readonly port: Promise<MessagePort>
}

/** Only the preload can post with `event.source === window` and knows the nonce. */
function nextPort(nonce: string): Arrival {
  let arrived: (port: MessagePort) => void
  const port = new Promise<MessagePort>((resolve) => (arrived = resolve))
  const heard = (event: MessageEvent<unknown>): void => {
    const [first] = event.ports
    if (event.source === window && isPortMessage(event.data, nonce) && first) arrived(first)
  }
  window.addEventListener('message', heard)
  return { port, ...disposable(() => window.removeEventListener('message', heard)) }
}

const isPortMessage = (data: unknown, nonce: string): boolean =>
  typeof data === 'object' &&
  data !== null &&
  'type' in data &&
  data.type === PORT_MESSAGE &&
  'nonce' in data &&
  data.nonce === nonce

class ElectronRunPort implements RunPort {
  readonly #port: MessagePort
  readonly #messages = new Emitter<Uint8Array>()
  readonly #closings = new Emitter<void>()
  #closed = false

  constructor(port: MessagePort) {
    this.#port = port
    port.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (event.data instanceof Uint8Array) this.#messages.emit(event.data)
    })
    port.addEventListener('close', () => this.#close())
  }

  send(message: Uint8Array): void {
    // Copied: a transfer list towards another process would lose the message (electron issue 34905).
    if (!this.#closed) this.#port.postMessage(message)
  }

  onMessage(listener: (message: Uint8Array) => void): Disposable {
    const subscription = this.#messages.on(listener)
    // What arrives before somebody listens waits in the port.
    this.#port.start()
    return subscription
  }

  onClose(listener: () => void): Disposable {
    if (this.#closed) queueMicrotask(listener)
    return this.#closings.on(listener)
  }

  /** Does not tell the listeners: whoever closes it knows. */
  dispose(): void {
    this.#closings.dispose()
    this.#messages.dispose()
    this.#port.close()
    this.#closed = true
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#closings.emit()
    this.dispose()
  }
}
