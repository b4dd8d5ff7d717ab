/** Pipe, Connection and wait: _TestConnection, _TestPoll, TestWait. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import {
  Pipe,
  Process,
  Semaphore,
  type Connection,
  type Sentinel,
} from '../../../main/multiprocessing/index.ts'
import * as multiprocessing from '../../../main/multiprocessing/index.ts'
import { sleep } from '../../../main/threading/index.ts'
import { runtime } from '../../../main/threading/runtime.ts'
import { begin, call, fails, joined, PATIENCE, pause, runIn } from '../process-driver.ts'
import { runnerOf, Suite } from '../suite.ts'

const connections = new Suite(['Pipe'])
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (message: Uint8Array): string => new TextDecoder().decode(message)

const wait = async (
  objects: readonly (Connection | Sentinel)[],
  timeout?: number,
): Promise<(Connection | Sentinel)[]> =>
  runtime.mayBlock
    ? multiprocessing.wait(objects, timeout)
    : multiprocessing.waitAsync(objects, timeout)

export function echo(connection: Connection): void {
  for (;;) {
    const message = connection.recvBytes()
    if (message.length === 0) break
    connection.sendBytes(message)
  }
  connection.close()
}

connections.follows(
  '_test_multiprocessing._TestConnection.test_connection',
  'objects and bytes there and back; poll; the end',
  async () => {
    const [connection, childEnd] = Pipe()
    const child = await begin(echoAny, [childEnd])
    const array = new Int32Array([0, 1, 2, 3])
    const sequence = [1, 2.25, undefined]
    equal(await call(connection, 'send', sequence), undefined)
    deepEqual(await call(connection, 'recv'), sequence)
    const message = bytes('hello world')
    equal(await call(connection, 'sendBytes', message), undefined)
    deepEqual(await call(connection, 'recvBytes'), message)

    const buffer = new Int32Array(10)
    await call(connection, 'sendBytes', array)
    equal(await received(connection, buffer), 16)
    deepEqual([...buffer], [0, 1, 2, 3, 0, 0, 0, 0, 0, 0])
    buffer.fill(0)
    await call(connection, 'sendBytes', array)
    equal(await received(connection, buffer, 12), 16)
    deepEqual([...buffer], [0, 0, 0, 0, 1, 2, 3, 0, 0, 0])
    const long = bytes('hello world'.repeat(10))
    await call(connection, 'sendBytes', long)
    await fails(() => received(connection, new Uint8Array(40)), 'BufferTooShort')

    equal(await call(connection, 'poll'), false)
    equal(await call(connection, 'poll', -1), false)
    equal(await call(connection, 'poll', 0.05), false)
    await call(connection, 'send', undefined)
    equal(await call(connection, 'poll', PATIENCE), true)
    equal(await call(connection, 'recv'), undefined)

    const big = new Uint8Array(16 * 1024 * 1024).fill(88)
    await call(connection, 'sendBytes', big)
    const back = await call(connection, 'recvBytes')
    equal(Buffer.compare(back, big), 0)

    await call(connection, 'sendBytes', new Uint8Array(0))
    childEnd.close()
    equal(connection.readable, true)
    equal(connection.writable, true)
    await fails(() => call(connection, 'recv'), 'EOFError')
    await fails(() => call(connection, 'recvBytes'), 'EOFError')
    equal(await call(connection, 'poll'), true)
    await joined(child)
    connection.close()
  },
)

/** Messages of send and of sendBytes differ here; CPython's recv_bytes takes both. */
export function echoAny(connection: Connection): void {
  connection.send(connection.recv())
  for (let each = 0; each < 4; each++) connection.sendBytes(connection.recvBytes())
  connection.send(connection.recv())
  echo(connection)
}

/** On an event loop there is no recvBytesInto: the message is copied. */
async function received(
  connection: Connection,
  buffer: Int32Array | Uint8Array,
  offset = 0,
): Promise<number> {
  await call(connection, 'poll', PATIENCE)
  return connection.recvBytesInto(buffer, offset)
}

connections.follows(
  '_test_multiprocessing._TestConnection.test_duplex_false',
  'one way: the first end receives, the second one sends',
  async () => {
    const [reader, writer] = Pipe(false)
    await call(writer, 'send', 1)
    equal(await call(reader, 'recv'), 1)
    deepEqual([reader.readable, reader.writable], [true, false])
    deepEqual([writer.readable, writer.writable], [false, true])
    await fails(() => call(reader, 'send', 2), 'OSError', /^connection is read-only$/)
    await fails(() => call(reader, 'sendBytes', bytes('x')), 'OSError', /read-only/)
    await fails(() => call(writer, 'recv'), 'OSError', /^connection is write-only$/)
    await fails(() => call(writer, 'recvBytes'), 'OSError', /write-only/)
    await fails(() => call(writer, 'poll'), 'OSError', /write-only/)
  },
)

connections.follows(
  '_test_multiprocessing._TestConnection.test_spawn_close',
  'an end may be closed here as soon as the child was started',
  async () => {
    const [connection, childEnd] = Pipe()
    const child = await begin(echo, [childEnd])
    childEnd.close()
    await call(connection, 'sendBytes', bytes('hello'))
    equal(text(await call(connection, 'recvBytes')), 'hello')
    await call(connection, 'sendBytes', bytes(''))
    connection.close()
    await joined(child)
  },
)

connections.follows(
  '_test_multiprocessing._TestConnection.test_sendbytes',
  'offsets and sizes of sendBytes',
  async () => {
    const message = bytes('abcdefghijklmnopqrstuvwxyz')
    const [a, b] = Pipe()
    const sent = async (offset?: number, size?: number) => {
      await call(a, 'sendBytes', message, offset, size)
      return text(await call(b, 'recvBytes'))
    }
    equal(await sent(), 'abcdefghijklmnopqrstuvwxyz')
    equal(await sent(5), 'fghijklmnopqrstuvwxyz')
    equal(await sent(7, 8), 'hijklmno')
    equal(await sent(26), '')
    equal(await sent(26, 0), '')
    for (const wrong of [[27], [22, 5], [26, 1], [-1], [4, -1]])
      await fails(() => call(a, 'sendBytes', message, ...(wrong as [number])), 'ValueError')
    equal(await call(b, 'poll'), false)
    // Views and buffers of every kind.
    await call(a, 'sendBytes', new Uint16Array([1, 2]))
    equal((await call(b, 'recvBytes')).length, 4)
    await call(a, 'sendBytes', new Uint8Array(message).buffer)
    equal((await call(b, 'recvBytes')).length, 26)
  },
)

connections.beyond('bounds of what is received', async () => {
  const [a, b] = Pipe()
  await fails(() => call(b, 'recvBytes', -1), 'ValueError', /^negative maxlength$/)
  throws(() => b.recvBytesInto(new Uint8Array(4), -1), {
    name: 'ValueError',
    message: 'negative offset',
  })
  throws(() => b.recvBytesInto(new Uint8Array(4), 5), {
    name: 'ValueError',
    message: 'offset too large',
  })
  await call(a, 'sendBytes', bytes('exact'))
  equal(text(await call(b, 'recvBytes', 5)), 'exact')
  await call(a, 'sendBytes', bytes('too long'))
  await fails(() => call(b, 'recvBytes', 5), 'OSError')
  // As in CPython, nothing can be received any more; sent it can.
  equal(b.readable, false)
  equal(b.closed, false)
  await fails(() => call(b, 'recv'), 'OSError')
  await call(b, 'send', 'still')
  equal(await call(a, 'recv'), 'still')
})

connections.follows(
  '_test_multiprocessing._TestConnection.test_context',
  '`using` closes; a closed connection refuses everything',
  async () => {
    const [a, b] = Pipe()
    {
      using left = a
      using right = b
      await call(left, 'send', 1729)
      equal(await call(right, 'recv'), 1729)
      deepEqual([left.closed, right.closed], [false, false])
    }
    deepEqual([a.closed, b.closed], [true, true])
    const closed = /^handle is closed$/
    await fails(() => call(a, 'recv'), 'OSError', closed)
    await fails(() => call(a, 'send', 1), 'OSError', closed)
    await fails(() => call(a, 'recvBytes'), 'OSError', closed)
    await fails(() => call(a, 'sendBytes', bytes('x')), 'OSError', closed)
    await fails(() => call(a, 'poll'), 'OSError', closed)
    await fails(() => wait([a], 0), 'OSError', closed)
    await fails(async () => new Process({ target: echo, args: [a] }).start(), 'OSError', closed)
    a.close()
  },
)

connections.beyond(
  'the other end is closed: EOF after what was sent, no more sending',
  async () => {
    const [a, b] = Pipe()
    await call(a, 'send', 'last words')
    a.close()
    equal(await call(b, 'recv'), 'last words')
    await fails(() => call(b, 'recv'), 'EOFError')
    // An event loop hears of it a little later.
    let refused = ''
    for (let tries = 0; refused === '' && tries < 500; tries++) {
      try {
        await call(b, 'send', 'nobody')
        await call(b, 'poll', 0.01)
      } catch (error) {
        refused = error instanceof Error ? `${error.name}: ${error.message}` : ''
      }
    }
    equal(refused, 'BrokenPipeError: [Errno 32] Broken pipe')
  },
)

connections.follows(
  '_test_multiprocessing._TestPoll.test_empty_string',
  'an empty message counts as one',
  async () => {
    const [a, b] = Pipe()
    equal(await call(a, 'poll'), false)
    await call(b, 'sendBytes', bytes(''))
    equal(await call(a, 'poll', PATIENCE), true)
    equal(await call(a, 'poll'), true)
    equal(text(await call(a, 'recvBytes')), '')
    equal(await call(a, 'poll'), false)
  },
)

const strings = ['hello', '', 'a', 'b', '', 'bye', '', 'lop']

export function sendStrings(connection: Connection): void {
  for (const string of strings) {
    sleep(0.02)
    connection.sendBytes(bytes(string))
  }
  connection.close()
}

connections.follows(
  '_test_multiprocessing._TestPoll.test_strings',
  'messages come one by one while they are polled for',
  async () => {
    const [a, b] = Pipe()
    const child = await begin(sendStrings, [b])
    for (const string of strings) {
      for (let tries = 0; tries < 2000; tries++) if (await call(a, 'poll', 0.01)) break
      equal(text(await call(a, 'recvBytes')), string)
    }
    await joined(child)
  },
)

export function pollOnly(reader: Connection, started: Semaphore): void {
  started.release()
  reader.poll(5)
}

connections.follows(
  '_test_multiprocessing._TestPoll.test_boundaries',
  'a process that only polls takes nothing away',
  async () => {
    const [reader, writer] = Pipe(false)
    const started = new Semaphore(0)
    const child = await begin(pollOnly, [reader, started])
    await call(started, 'acquire', true, PATIENCE)
    for (const message of ['first', 'second']) await call(writer, 'sendBytes', bytes(message))
    writer.close()
    await joined(child)
    ok(['first', 'second'].includes(text(await call(reader, 'recvBytes'))))
  },
)

export function sendThree(connection: Connection): void {
  for (const message of ['a', 'b', 'cd']) connection.sendBytes(bytes(message))
}

connections.follows(
  '_test_multiprocessing._TestPoll.test_dont_merge',
  'messages stay apart',
  async () => {
    const [a, b] = Pipe()
    equal(await call(a, 'poll', 0), false)
    equal(await call(a, 'poll', 0.05), false)
    const child = await begin(sendThree, [b])
    equal(text(await call(a, 'recvBytes')), 'a')
    equal(await call(a, 'poll', PATIENCE), true)
    equal(await call(a, 'poll', PATIENCE), true)
    equal(text(await call(a, 'recvBytes')), 'b')
    equal(await call(a, 'poll', PATIENCE), true)
    equal(await call(a, 'poll', 0), true)
    equal(text(await call(a, 'recvBytes')), 'cd')
    await joined(child)
  },
)

const LARGE = 1_000_000

export function answer(connection: Connection): void {
  connection.send('ready')
  connection.send(connection.recv())
  connection.poll(PATIENCE)
  connection.sendBytes(new Uint8Array(LARGE).fill(120))
  // A send does not wait until it is received: the process would be gone.
  for (let each = 0; each < 2; each++) connection.recv()
}

connections.follows(
  [
    '_test_multiprocessing.TestIgnoreEINTR.test_ignore',
    '_test_multiprocessing._TestPollEintr.test_poll_eintr',
  ],
  'a signal in the middle of recv, poll and send interrupts none of them',
  async () => {
    const [connection, childEnd] = Pipe()
    const child = await begin(answer, [childEnd])
    childEnd.close()
    const disturb = async () => {
      await pause(0.05)
      // Every system call that waits is interrupted.
      process.kill(child.pid ?? 0, 'SIGSTOP')
      await pause(0.02)
      process.kill(child.pid ?? 0, 'SIGCONT')
      await pause(0.02)
    }
    equal(await call(connection, 'recv'), 'ready')
    await disturb()
    await call(connection, 'send', 1234)
    equal(await call(connection, 'recv'), 1234)
    await disturb()
    await call(connection, 'send', 'go on')
    await disturb()
    deepEqual(await call(connection, 'recvBytes'), new Uint8Array(LARGE).fill(120))
    await call(connection, 'send', 'end')
    await joined(child)
    connection.close()
  },
)

connections.beyond('an error in a child ends it with 1, and its pipe with it', async () => {
  const [connection, childEnd] = Pipe()
  const child = await begin(failAtOnce, [childEnd])
  childEnd.close()
  await fails(() => call(connection, 'recv'), 'EOFError')
  await joined(child, 1)
})

export function failAtOnce(held: Connection): void {
  throw new RangeError(`on purpose, ${held.closed}`)
}

export function sendTen(writer: Connection): void {
  for (let item = 0; item < 10; item++) {
    sleep(Math.random() * 0.01)
    writer.send([item, process.pid])
  }
  writer.close()
}

connections.follows(
  ['_test_multiprocessing.TestWait.test_wait', '_test_multiprocessing.TestWait.test_wait_slow'],
  'wait for several senders until all have closed',
  async () => {
    const readers = new Set<Connection>()
    const children: Process[] = []
    const messages: [number, number][] = []
    for (let each = 0; each < 3; each++) {
      const [reader, writer] = Pipe(false)
      children.push(await begin(sendTen, [writer]))
      writer.close()
      readers.add(reader)
    }
    while (readers.size > 0)
      for (const reader of await wait([...readers], PATIENCE)) {
        if (!(reader instanceof multiprocessing.Connection)) throw new Error('not asked for')
        try {
          messages.push((await call(reader, 'recv')) as [number, number])
        } catch (error) {
          equal(error instanceof Error && error.name, 'EOFError')
          readers.delete(reader)
          reader.close()
        }
      }
    for (const child of children) {
      const sent = messages.filter(([, pid]) => pid === child.pid).map(([item]) => item)
      deepEqual(sent, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      await joined(child)
    }
    equal(messages.length, 30)
  },
)

connections.follows(
  [
    '_test_multiprocessing.TestWait.test_wait_timeout',
    '_test_multiprocessing.TestWait.test_neg_timeout',
  ],
  'wait with a timeout, without one, below 0, for nothing',
  async () => {
    const [a, b] = Pipe()
    deepEqual(await wait([a, b], 0.05), [])
    deepEqual(await wait([a], -1), [])
    deepEqual(await wait([], 0), [])
    await call(b, 'send', undefined)
    deepEqual(await wait([a, b], PATIENCE), [a])
    deepEqual(await wait([a, b]), [a])
  },
)

export function releaseAndWait(started: Semaphore, connection: Connection): void {
  started.release()
  connection.recv()
}

connections.follows(
  '_test_multiprocessing.TestWait.test_wait_integer',
  'wait for the end of a process and for connections at once',
  async () => {
    const started = new Semaphore(0)
    const [a, b] = Pipe()
    const [control, childEnd] = Pipe()
    const child = await begin(releaseAndWait, [started, childEnd])
    const { sentinel } = child
    equal(await call(started, 'acquire', true, PATIENCE), true)
    deepEqual(await wait([a, sentinel, b], 0.05), [])
    await call(control, 'send', 'end')
    deepEqual(await wait([a, sentinel, b], PATIENCE), [sentinel])
    await call(a, 'send', undefined)
    await call(b, 'poll', PATIENCE)
    deepEqual(await wait([a, sentinel, b], PATIENCE), [sentinel, b])
    await call(b, 'send', undefined)
    await call(a, 'poll', PATIENCE)
    deepEqual(await wait([a, sentinel, b], PATIENCE), [a, sentinel, b])
    await joined(child)
  },
)

export function handOn(connection: Connection, inner: Connection): void {
  inner.send('from the child')
  connection.send('done')
}

connections.beyond('both ends may be handed to one child; this process sees the end', async () => {
  const [a, b] = Pipe()
  const [c, d] = Pipe(false)
  await runIn(handOn, a, d)
  equal(await call(b, 'recv'), 'done')
  equal(await call(c, 'recv'), 'from the child')
  a.close()
  d.close()
  await fails(() => call(b, 'recv'), 'EOFError')
  await fails(() => call(c, 'recv'), 'EOFError')
})

export const suites = [connections]
export const run = runnerOf(suites)
