import {
  Event as ProcessEvent,
  Pipe,
  Process,
  Queue as ProcessQueue,
  type Connection,
} from '../../multiprocessing/index.ts'
import { checkpoint, Event, perfCounter, print, Queue, Thread } from '../../threading/index.ts'

type Parameters = { size: number; messages: number; volume: number }
type Queues = Queue<Uint8Array> | ProcessQueue<Uint8Array>
type Events = Event | ProcessEvent

const MIB = 1_048_576

/** As many messages as asked for, but no more than the volume allows. */
const countOf = ({ size, messages, volume }: Parameters): number =>
  Math.max(1, Math.min(messages, Math.floor((volume * MIB) / size)))

function receiveAll(receive: () => unknown, go: Events, parameters: Parameters): void {
  const messages = countOf(parameters)
  // The first one is not counted: it says that the sender has started.
  receive()
  go.set()
  const start = perfCounter()
  for (let message = 0; message < messages; message += 1) {
    receive()
    checkpoint(1)
  }
  const took = ((perfCounter() - start) * 1_000).toFixed(3)
  print(`received ${messages} messages of ${parameters.size} bytes in ${took} ms`)
}

export function putAll(q: Queues, go: Events, messages: number, size: number): void {
  const data = new Uint8Array(size)
  q.put(data)
  go.wait()
  for (let message = 0; message < messages; message += 1) q.put(data)
}

export function sendAll(sender: Connection, go: Events, messages: number, size: number): void {
  const data = new Uint8Array(size)
  sender.sendBytes(data)
  go.wait()
  for (let message = 0; message < messages; message += 1) sender.sendBytes(data)
}

export function writeAll(
  memory: SharedArrayBuffer,
  free: Queue<number>,
  written: Queue<number>,
  go: Events,
  messages: number,
  size: number,
): void {
  const data = new Uint8Array(size)
  const write = (): void => {
    const place = free.get()
    new Uint8Array(memory, place * size, size).set(data)
    written.put(place)
  }
  write()
  go.wait()
  for (let message = 0; message < messages; message += 1) write()
}

// a queue between threads
export function threadQueue(parameters: Parameters): void {
  const { size } = parameters
  const [q, go] = [new Queue<Uint8Array>(), new Event()]
  const sender = new Thread({ target: putAll, args: [q, go, countOf(parameters), size] })
  sender.start()
  receiveAll(() => q.get(), go, parameters)
  sender.join()
}

// a queue between processes
export function processQueue(parameters: Parameters): void {
  const { size } = parameters
  const [q, go] = [new ProcessQueue<Uint8Array>(), new ProcessEvent()]
  const sender = new Process({ target: putAll, args: [q, go, countOf(parameters), size] })
  sender.start()
  receiveAll(() => q.get(), go, parameters)
  sender.join()
}

// a pipe between processes
export function pipe(parameters: Parameters): void {
  const [receiver, theirs] = Pipe(false)
  const go = new ProcessEvent()
  const args = [theirs, go, countOf(parameters), parameters.size] as const
  const sender = new Process({ target: sendAll, args })
  sender.start()
  receiveAll(() => receiver.recvBytes(), go, parameters)
  sender.join()
}

// memory that both see: only the place of a message is sent
export function sharedMemory(parameters: Parameters): void {
  const { size } = parameters
  // 64 MiB of it, unless four messages need more.
  const places = Math.max(4, Math.min(256, Math.floor((64 * MIB) / size)))
  const memory = new SharedArrayBuffer(places * size)
  const [free, written, go] = [new Queue<number>(), new Queue<number>(), new Event()]
  for (let place = 0; place < places; place += 1) free.put(place)
  const args = [memory, free, written, go, countOf(parameters), size] as const
  const sender = new Thread({ target: writeAll, args })
  sender.start()
  const read = (): number => {
    const place = written.get()
    const data = new Uint8Array(memory, place * size, size)
    const last = data[size - 1] ?? 0
    free.put(place)
    return last
  }
  receiveAll(read, go, parameters)
  sender.join()
}
