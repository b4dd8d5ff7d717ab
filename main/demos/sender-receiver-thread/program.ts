import { checkpoint, Event, print, Queue, sleep, Thread } from '../../threading/index.ts'

type Parameters = { items: number; interval: number }

// sender (background); a module's function, because threads cannot share a local one
export function sender(q: Queue<number>, exitEvent: Event, interval: number): void {
  let x = 0
  while (true) {
    // threading does not have a terminate() or kill(), so we manually handle the exit
    if (exitEvent.isSet()) break
    q.put(x)
    x += 1
    sleep(interval)
  }
}

class A {
  q = new Queue<number>()
  exitEvent = new Event()
  p: Thread

  constructor(interval: number) {
    this.p = new Thread({ target: sender, args: [this.q, this.exitEvent, interval] })
    this.p.start()
  }

  run(items: number, interval: number): void {
    // receiver (foreground)
    for (let item = 0; item < items; item += 1) {
      const x = this.q.get()
      print(x)
      checkpoint(1)
      sleep(interval)
    }

    // set exit event
    this.exitEvent.set()
    this.p.join()
  }
}

export function run({ items, interval }: Parameters): void {
  const a = new A(interval)
  a.run(items, interval)
}
