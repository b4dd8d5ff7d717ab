/**
 * What Node itself offers in place of our primitives: this module is the worker, or the forked
 * process, at one end or the other.
 */
import { BroadcastChannel, parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { ITEMS, type ItemName } from './items.ts'

export type PeerOrder =
  | { readonly do: 'stamp'; readonly at: Float64Array }
  /** `link`: a port, or the name of a BroadcastChannel. */
  | { readonly do: 'put' | 'get'; readonly link: MessagePort | string; readonly item: ItemName }

const now = () => Number(process.hrtime.bigint()) / 1e9

// Undefined in a forked process, which is told by its arguments.
const order = workerData as PeerOrder | null
if (order === null) await send((process.argv[2] ?? '') as ItemName)
else if (order.do === 'stamp') order.at[0] = now()
else if (order.do === 'put') put(linkOf(order.link), order.item)
else get(linkOf(order.link), order.item)

async function send(name: ItemName): Promise<void> {
  const { count, make } = ITEMS[name]
  const item = make()
  for (let index = 0; index < count; index++)
    await new Promise<void>((resolve) => {
      const goesOn = process.send?.(item, undefined, undefined, () => resolve())
      // False: much is waiting already. The last one must be written before the channel closes.
      if (goesOn === true && index < count - 1) resolve()
    })
  process.disconnect()
}

type Link = Pick<BroadcastChannel, 'postMessage' | 'onmessage' | 'close'>

function linkOf(link: MessagePort | string): Link {
  if (typeof link === 'string') return new BroadcastChannel(link)
  const port = link
  return {
    postMessage: (message) => port.postMessage(message),
    set onmessage(listener: (message: unknown) => void) {
      port.on('message', listener)
    },
    close: () => port.close(),
  }
}

function put(port: Link, name: ItemName): void {
  const { count, make } = ITEMS[name]
  const item = make()
  for (let index = 0; index < count; index++) port.postMessage(item)
}

/** Tells the items per second from the first one to the last. */
function get(port: Link, name: ItemName): void {
  const { count } = ITEMS[name]
  let begun = 0
  let got = 0
  port.onmessage = () => {
    if (++got === 1) begun = now()
    if (got < count) return
    parentPort?.postMessage((count - 1) / (now() - begun))
    port.close()
  }
}
