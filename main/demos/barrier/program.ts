import { Barrier, checkpoint, Lock, sleep, Thread } from '../../threading/index.ts'

type Parameters = {
  parties: number
  phases: number
  work: number
  factor: number
  wanders: number
  pieces: number
}

/** Member 1 is slow; when it wanders, another one in each phase. */
function slowness(member: number, phase: number, { parties, factor, wanders }: Parameters): number {
  const slow = wanders > 0 ? phase % parties : 0
  return member === slow ? factor : 1
}

// Milliseconds in the form, seconds in the program.
export function together(ready: Barrier, barrier: Barrier, member: number, p: Parameters): void {
  ready.wait()
  for (let phase = 0; phase < p.phases; phase += 1) {
    sleep((p.work * slowness(member, phase, p)) / 1_000)
    checkpoint(1)
    barrier.wait()
  }
}

export function onItsOwn(ready: Barrier, member: number, p: Parameters): void {
  ready.wait()
  for (let phase = 0; phase < p.phases; phase += 1) {
    sleep((p.work * slowness(member, phase, p)) / 1_000)
    checkpoint(1)
  }
}

/** The next piece of a phase, to whoever comes for it. */
function take(lock: Lock, taken: SharedArrayBuffer, phase: number): number {
  return lock.withLock(() => {
    const all = new Int32Array(taken)
    const piece = all[phase] ?? 0
    all[phase] = piece + 1
    return piece
  })
}

export function inPieces(
  ready: Barrier,
  barrier: Barrier,
  lock: Lock,
  taken: SharedArrayBuffer,
  member: number,
  p: Parameters,
): void {
  ready.wait()
  for (let phase = 0; phase < p.phases; phase += 1) {
    while (take(lock, taken, phase) < p.parties * p.pieces) {
      sleep((p.work * slowness(member, phase, p)) / p.pieces / 1_000)
      checkpoint()
    }
    checkpoint(1)
    barrier.wait()
  }
}

function runAll(threads: readonly Thread[]): void {
  for (const thread of threads) thread.start()
  for (const thread of threads) thread.join()
}

/** All begin at one time, however long it takes until each of them has been started. */
const readyFor = ({ parties }: Parameters) => new Barrier(parties, { name: 'ready' })

const members = ({ parties }: Parameters) => Array.from({ length: parties }, (_, member) => member)

// barrier: nobody begins a phase before all have ended the one before
export function barrier(p: Parameters): void {
  const [ready, phase] = [readyFor(p), new Barrier(p.parties, { name: 'phase' })]
  const threads = members(p).map((member) => {
    const args = [ready, phase, member, p] as const
    return new Thread({ target: together, args, name: `member ${member + 1}` })
  })
  runAll(threads)
}

// no barrier: the phases overlap
export function noBarrier(p: Parameters): void {
  const ready = readyFor(p)
  const threads = members(p).map((member) => {
    return new Thread({ target: onItsOwn, args: [ready, member, p], name: `member ${member + 1}` })
  })
  runAll(threads)
}

// in pieces: each phase's work goes to whoever is free
export function pieces(p: Parameters): void {
  const [phase, lock] = [new Barrier(p.parties, { name: 'phase' }), new Lock({ name: 'pieces' })]
  const [ready, taken] = [readyFor(p), new SharedArrayBuffer(p.phases * 4)]
  const threads = members(p).map((member) => {
    const args = [ready, phase, lock, taken, member, p] as const
    return new Thread({ target: inPieces, args, name: `member ${member + 1}` })
  })
  runAll(threads)
}
