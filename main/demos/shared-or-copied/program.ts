import { getContext, Pipe, Process, type Connection } from '../../multiprocessing/index.ts'
import { checkpoint, perfCounter, print, Queue, Thread, ValueError } from '../../threading/index.ts'

type Parameters = { size: number; rounds: number }
/** Where the object is, as far as can be said, and the seconds that it took to write to it. */
type Answer = [where: string, written: number]

const KIB = 1_024
const PAGE = 4_096
const CHANGED = 1

/** Node tells no addresses: it tells whether memory is shared with other threads. */
const whereIs = ({ buffer }: Uint8Array): string =>
  buffer instanceof SharedArrayBuffer ? 'in shared memory' : 'in memory of its own thread'

/** Writes to every page of it. */
function change(object: Uint8Array): Answer {
  const start = perfCounter()
  for (let at = 0; at < object.length; at += PAGE) object[at] = CHANGED
  return [whereIs(object), perfCounter() - start]
}

function handOver(object: Uint8Array, give: () => void, answer: () => Answer): void {
  object.fill(0)
  const start = perfCounter()
  give()
  const [where, written] = answer()
  const took = perfCounter() - start - written
  print(`mine is ${whereIs(object)}, the other's ${where}`)
  print(object[0] === CHANGED ? 'its change is seen' : 'its change is not seen')
  print(`handed over in ${milliseconds(took)} ms, written to in ${milliseconds(written)} ms`)
  checkpoint(1)
}

const milliseconds = (seconds: number): string => (seconds * 1_000).toFixed(4)

// a thread that was given the object when it was made
export function sharing(
  object: Uint8Array,
  tasks: Queue<string>,
  answers: Queue<Answer>,
  rounds: number,
): void {
  for (let round = 0; round < rounds; round += 1) {
    tasks.get()
    answers.put(change(object))
  }
}

export function thread({ size, rounds }: Parameters): void {
  const object = new Uint8Array(new SharedArrayBuffer(size * KIB))
  const [tasks, answers] = [new Queue<string>(), new Queue<Answer>()]
  const t = new Thread({ target: sharing, args: [object, tasks, answers, rounds] })
  t.start()
  for (let round = 0; round < rounds; round += 1)
    handOver(
      object,
      () => tasks.put('change it'),
      () => answers.get(),
    )
  t.join()
}

// a thread that gets the object from a queue: Node copies it, CPython hands over a reference
export function getting(tasks: Queue<Uint8Array>, answers: Queue<Answer>, rounds: number): void {
  for (let round = 0; round < rounds; round += 1) answers.put(change(tasks.get()))
}

export function queue({ size, rounds }: Parameters): void {
  const object = new Uint8Array(size * KIB)
  const [tasks, answers] = [new Queue<Uint8Array>(), new Queue<Answer>()]
  const t = new Thread({ target: getting, args: [tasks, answers, rounds] })
  t.start()
  for (let round = 0; round < rounds; round += 1)
    handOver(
      object,
      () => tasks.put(object),
      () => answers.get(),
    )
  t.join()
}

// a process that gets the object from a pipe
export function receiving(connection: Connection, rounds: number): void {
  connection.send('ready')
  for (let round = 0; round < rounds; round += 1)
    connection.send(change(connection.recv() as Uint8Array))
}

export function process({ size, rounds }: Parameters): void {
  const object = new Uint8Array(size * KIB)
  const [mine, others] = Pipe()
  const p = new Process({ target: receiving, args: [others, rounds] })
  p.start()
  mine.recv()
  for (let round = 0; round < rounds; round += 1)
    handOver(
      object,
      () => mine.send(object),
      () => mine.recv() as Answer,
    )
  p.join()
}

// a process that is given the object when it is started
export function once(object: Uint8Array, connection: Connection): void {
  connection.send(change(object))
}

/** What a process is given at its start travels in one message, of at most 16 MiB. */
const LARGEST = 12 * KIB

function start(method: string, { size, rounds }: Parameters): void {
  if (size > LARGEST)
    throw new ValueError(
      `Node hands at most ${LARGEST} KiB to a process at its start: choose a smaller size, or send it through a pipe`,
    )
  const mp = getContext(method)
  const object = new Uint8Array(size * KIB)
  for (let round = 0; round < rounds; round += 1) {
    const [mine, others] = mp.Pipe()
    const p = new mp.Process({ target: once, args: [object, others] })
    handOver(
      object,
      () => p.start(),
      () => mine.recv() as Answer,
    )
    p.join()
  }
}

export function spawn(parameters: Parameters): void {
  start('spawn', parameters)
}
