/**
 * What Node itself offers in place of our primitives: this module is the worker, or the forked
 * process, at one end or the other.
 */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { ITEMS, type ItemName } from './items.ts'

export type PeerOrder =
  | { readonly do: 'stamp'; readonly at: Float64Array }
  | { readonly do: 'put' | 'get'; readonly port: MessagePort; readonly item: ItemName }

const now = () => Number(process.hrtime.bigint()) / 1e9

// Undefined in a forked process, which is told by its arguments.
const order = workerData as PeerOrder | null
if (order === null) await send((process.argv[2] ?? '') as ItemName)
else if (order.do === 'stamp') order.at[0] = now()
else if (order.do === 'put') put(order.port, order.item)
else get(order.port, order.item)

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

function put(port: MessagePort, name: ItemName): void {
  const { count, make } = ITEMS[name]
  const item = make()
  for (let index = 0; index < count; index++) port.postMessage(item)
}

/** Tells the items per second from the first one to the last. */
function get(port: MessagePort, name: ItemName): void {
  const { count } = ITEMS[name]
  let begun = 0
  let got = 0
  port.on('message', () => {
    if (++got === 1) begun = now()
    if (got < count) return
    parentPort?.postMessage((count - 1) / (now() - begun))
    port.close()
  })
}
