/** Runs in a utility process before its entry: hides Node's own channel, offers process.parentPort. */
import { EventEmitter } from 'node:events'
import { decode, encode } from './clone.ts'
import { Link } from './link.ts'
import type { UtilityMessage } from './messages.ts'

const nativeSend = process.send?.bind(process)
if (nativeSend === undefined) throw new Error('a utility process is forked, not started')
const send = (message: UtilityMessage): void => {
  if (process.connected) nativeSend(message, undefined, {}, () => undefined)
}
const link = new Link(send)

/** Messages wait until somebody listens. */
class ParentPort extends EventEmitter {
  #waiting: object[] = []

  constructor() {
    super()
    this.on('newListener', (name) => {
      if (name === 'message') queueMicrotask(() => this.#deliver())
    })
  }
  postMessage(message: unknown): void {
    send({ op: 'message', clone: encode(message), ports: [] })
  }
  receive(event: object): void {
    this.#waiting.push(event)
    if (this.listenerCount('message') > 0) this.#deliver()
  }
  #deliver(): void {
    for (const event of this.#waiting.splice(0)) this.emit('message', event)
  }
}
const parentPort = new ParentPort()

process.on('message', (message: UtilityMessage) => {
  if (message.op !== 'message') link.receive(message)
  else parentPort.receive({ data: decode(message.clone), ports: link.takeAll(message.ports) })
})
// The app is gone.
process.once('disconnect', () => process.exit(0))
// As in Electron, and unlike Node, this does not end the process.
process.on('unhandledRejection', (error) => console.error('unhandled rejection', error))
Object.assign(process, {
  parentPort,
  type: 'utility',
  // `channel` must stay: Node reads it.
  send: undefined,
})
