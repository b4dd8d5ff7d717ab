import { getContext, type Connection } from '../../multiprocessing/index.ts'
import { checkpoint, perfCounter, print } from '../../threading/index.ts'

type Parameters = { processes: number }

export function hello(connection: Connection): void {
  connection.send('started')
  connection.close()
}

function startAll(method: string, { processes }: Parameters): void {
  const mp = getContext(method)
  for (let started = 0; started < processes; started += 1) {
    const [receiver, sender] = mp.Pipe(false)
    const p = new mp.Process({ target: hello, args: [sender] })
    const start = perfCounter()
    p.start()
    receiver.recv()
    print(`${method}: started in ${((perfCounter() - start) * 1_000).toFixed(3)} ms`)
    p.join()
    receiver.close()
    checkpoint(1)
  }
}

// a fresh process each time
export function spawn(parameters: Parameters): void {
  startAll('spawn', parameters)
}

// a process that was made ready beforehand
export function prewarmed(parameters: Parameters): void {
  startAll('prewarmed', parameters)
}
