import { Process, Queue as ProcessQueue } from '../../multiprocessing/index.ts'
import {
  checkpoint,
  Event,
  perfCounter,
  print,
  Queue,
  sleep,
  Thread,
} from '../../threading/index.ts'

type Parameters = { items: number; interval: number; patience: number }

/** Of threads or of processes: the same calls. */
type AnyQueue = Queue<number> | ProcessQueue<number>

// sender (background)
export function sender(q: AnyQueue, interval: number): void {
  let x = 0
  while (true) {
    q.put(x)
    x += 1
    sleep(interval)
  }
}

// receiver (foreground)
function receive(q: AnyQueue, { items }: Parameters): void {
  for (let item = 0; item < items; item += 1) {
    q.get()
    checkpoint(1)
  }
}

function report(call: string, start: number, isAlive: boolean): void {
  const took = ((perfCounter() - start) * 1_000).toFixed(3)
  print(`${call} took ${took} ms: the sender ${isAlive ? 'is still alive' : 'has ended'}`)
}

// a process, and join: it waits for an end that never comes
export function join(parameters: Parameters): void {
  const q = new ProcessQueue<number>()
  const p = new Process({ target: sender, args: [q, parameters.interval / 1_000] })
  p.start()
  receive(q, parameters)
  const start = perfCounter()
  p.join(parameters.patience) // without a timeout, for ever
  report('join()', start, p.isAlive())
  p.terminate()
  p.join()
}

// a process, and terminate
export function terminate(parameters: Parameters): void {
  const q = new ProcessQueue<number>()
  const p = new Process({ target: sender, args: [q, parameters.interval / 1_000] })
  p.start()
  receive(q, parameters)
  const start = perfCounter()
  p.terminate()
  p.join(parameters.patience)
  report('terminate() and join()', start, p.isAlive())
}

// a daemon: it is terminated when the program ends
export function daemon(parameters: Parameters): void {
  const q = new ProcessQueue<number>()
  const p = new Process({ target: sender, args: [q, parameters.interval / 1_000], daemon: true })
  p.start()
  receive(q, parameters)
  report('nothing', perfCounter(), p.isAlive())
}

// a thread that nobody can tell to end; so that this program ends, it ends by itself after a while
export function senderForAWhile(q: Queue<number>, interval: number, seconds: number): void {
  const end = perfCounter() + seconds
  let x = 0
  while (perfCounter() < end) {
    q.put(x)
    x += 1
    sleep(interval)
  }
}

// a thread, and join: it waits for an end that nobody can bring about
export function threadWithoutEvent(parameters: Parameters): void {
  const { interval, items, patience } = parameters
  const q = new Queue<number>()
  const longer = (2 * items * interval) / 1_000 + 2 * patience
  const t = new Thread({ target: senderForAWhile, args: [q, interval / 1_000, longer] })
  t.start()
  receive(q, parameters)
  const start = perfCounter()
  t.join(patience) // without a timeout, for ever; a thread has no terminate() and no kill()
  report('join()', start, t.isAlive())
}

// a thread that looks at an event
export function senderUntil(q: Queue<number>, exitEvent: Event, interval: number): void {
  let x = 0
  while (!exitEvent.isSet()) {
    q.put(x)
    x += 1
    sleep(interval)
  }
}

export function threadWithEvent(parameters: Parameters): void {
  const [q, exitEvent] = [new Queue<number>(), new Event()]
  const t = new Thread({ target: senderUntil, args: [q, exitEvent, parameters.interval / 1_000] })
  t.start()
  receive(q, parameters)
  const start = perfCounter()
  exitEvent.set()
  t.join(parameters.patience)
  report('set() and join()', start, t.isAlive())
}
