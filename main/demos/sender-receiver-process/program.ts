import { Process, Queue } from '../../multiprocessing/index.ts'
import { checkpoint, print, sleep } from '../../threading/index.ts'

type Parameters = { items: number; interval: number }

// sender (background)
export function sender(q: Queue<number>, interval: number): void {
  let x = 0
  while (true) {
    q.put(x)
    x += 1
    sleep(interval)
  }
}

export function run({ items, interval }: Parameters): void {
  const q = new Queue<number>()
  const p = new Process({ target: sender, args: [q, interval] })

  p.start()

  // receiver (foreground)
  for (let item = 0; item < items; item += 1) {
    const x = q.get()
    print(x)
    checkpoint(1)
    sleep(interval)
  }

  p.terminate() // terminate sender (don't use join since it runs endlessly)
}

class A {
  q = new Queue<number>()
  p: Process

  constructor(interval: number) {
    this.p = new Process({ target: sender, args: [this.q, interval] })
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

    this.p.terminate()
  }
}

// a classy way
export function runClass({ items, interval }: Parameters): void {
  const a = new A(interval)
  a.run(items, interval)
}
