import { getContext, type Connection } from '../../multiprocessing/index.ts'
import {
  checkpoint,
  Event,
  Lock,
  perfCounter,
  print,
  sleep,
  Thread,
} from '../../threading/index.ts'

type Parameters = { held: number; timeout: number }

/** A lock of the module, such as a library has one for its own use: made at its first use. */
const library: { lock?: Lock } = {}
const libraryLock = (): Lock => (library.lock ??= new Lock())

/** Longer than the child may take, seconds: then it hangs. */
const GRACE = 3

export function hold(mine: Lock, taken: Event, seconds: number): void {
  mine.withLock(() => {
    taken.set()
    sleep(seconds)
  })
}

export function child(connection: Connection, timeout: number): void {
  const lock = libraryLock()
  const start = perfCounter()
  const got = lock.acquire(true, timeout)
  connection.send([got, perfCounter() - start])
  if (got) lock.release()
}

function startWhileHeld(method: string, { held, timeout }: Parameters): void {
  const mp = getContext(method)
  const lock = libraryLock()
  const taken = new Event()
  const holder = new Thread({ target: hold, args: [lock, taken, held / 1_000] })
  holder.start()
  taken.wait()
  const [receiver, sender] = mp.Pipe(false)
  const p = new mp.Process({ target: child, args: [sender, timeout] })
  p.start()
  if (receiver.poll(timeout + GRACE)) {
    const [got, waited] = receiver.recv() as [boolean, number]
    const how = got ? 'got the lock after' : 'gave up after'
    print(`${method}: the child ${how} ${(waited * 1_000).toFixed(3)} ms`)
  } else {
    print(`${method}: the child said nothing for ${((timeout + GRACE) * 1_000).toFixed(3)} ms`)
    p.terminate()
  }
  p.join()
  holder.join()
  print(lock.acquire(false) ? 'here the lock is free' : 'here the lock is held')
  lock.release()
  checkpoint(1)
}

// a fresh process, with a lock of its own
export function spawn(parameters: Parameters): void {
  startWhileHeld('spawn', parameters)
}

// a process that was made ready beforehand, with a lock of its own
export function prewarmed(parameters: Parameters): void {
  startWhileHeld('prewarmed', parameters)
}
