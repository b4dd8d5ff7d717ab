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
  interpreters: (options) => bridge.interpreters(options?.rescan === true),
  // A path cannot be typed here: the dialog is shown.
  addInterpreter: () => bridge.addInterpreter(),
  ownDemos: () => bridge.ownDemos(),
  useOwnDemos: () => bridge.useOwnDemos(),
  forgetOwnDemos: () => bridge.forgetOwnDemos(),
  chooseScript: (path) => bridge.chooseScript(path),
  recordings: () => bridge.recordings(),
  openRecording: (from) =>
    from instanceof File ? bridge.openFile(from) : bridge.openRecording(from),
  onOpened: (listener) => disposable(bridge.onOpened(listener)),
  guests: () => bridge.guests(),
  openGuest: (path) => bridge.openGuest(path),
  closeGuest: (guest) => bridge.closeGuest(guest),
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
  /** What arrived before anybody listened; undefined from then on. */
  #early: Uint8Array[] | undefined = []
  #closed = false

  constructor(port: MessagePort) {
    this.#port = port
    port.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (event.data instanceof Uint8Array) this.#receive(event.data)
    })
    port.addEventListener('close', () => this.#close())
    // At once: a port that was not started never tells that its other end has gone.
    port.start()
  }

  send(message: Uint8Array): void {
    // Copied: a transfer list towards another process would lose the message (electron issue 34905).
    if (!this.#closed) this.#port.postMessage(message)
  }

  onMessage(listener: (message: Uint8Array) => void): Disposable {
    // In a microtask, as from a port: after the caller has gone on, before the next message.
    queueMicrotask(() => this.#deliverEarly())
    return this.#messages.on(listener)
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

  #receive(message: Uint8Array): void {
    if (this.#early === undefined) this.#messages.emit(message)
    else this.#early.push(message)
  }

  #deliverEarly(): void {
    const early = this.#early ?? []
    this.#early = undefined
    for (const message of early) this.#messages.emit(message)
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#closings.emit()
    this.dispose()
  }
}
