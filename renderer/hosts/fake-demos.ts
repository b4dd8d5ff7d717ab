/** The catalogue of the fake host: shaped like the real one, its texts shortened. */
import type {
  DemoManifest,
  ParameterDefinition,
  PythonText,
  VariantDefinition,
} from '../../main/demos/manifest.ts'

const integer = (
  id: string,
  label: string,
  help: string,
  [minimum, maximum, preset]: readonly [number, number, number],
  presets: readonly number[],
  unit?: 's' | 'ms' | 'µs',
): ParameterDefinition => ({
  id,
  label,
  help,
  kind: unit === undefined ? 'integer' : 'number',
  ...(unit && { unit }),
  minimum,
  maximum,
  default: preset,
  presets,
})

const threads = (preset: number) =>
  integer('threads', 'Threads', 'How many threads share the work.', [1, 16, preset], [1, 2, 4, 8])

const countdownTs = `import { Thread } from '../../threading/thread.ts'

export function countdown(n: number): void {
  while (n > 0) {
    n -= 1
  }
}

/** Each thread counts down its share of the count. */
export function twoThreads({ count, threads }: Parameters): void {
  const started = Array.from({ length: threads }, (_, index) => {
    const thread = new Thread({ target: countdown, args: [count / threads], name: \`Thread-\${index + 1}\` })
    thread.start()
    return thread
  })
  for (const thread of started) thread.join()
  print('Time taken in seconds -', elapsed())
}
`
const countdownPy = `# two-thread
import time
from threading import Thread

COUNT = 50000000

def countdown(n):
    while n>0:
        n -= 1

t1 = Thread(target=countdown, args=(COUNT//2,))
t2 = Thread(target=countdown, args=(COUNT//2,))

start = time.time()
t1.start()
t2.start()
t1.join()
t2.join()
end = time.time()

print('Time taken in seconds -', end - start)
`
const senderPy = `import time
from queue import Queue
from threading import Thread, Event

class A:
    def __init__(self):
        self.q = Queue()
        self.exit_event = Event()

        # sender (background)
        def sender():
            x = 0
            while True:
                # threading does not have a terminate() or kill(), so we manually handle the exit
                if self.exit_event.is_set():
                    break
                self.q.put(x)
                x += 1
                time.sleep(0.5)
`
/** The lines that the made-up run names: 12 and 21. */
const tallyTs = `import { Lock } from '../../threading/lock.ts'
import { Thread } from '../../threading/thread.ts'

let total = 0

interface Parameters {
  readonly rounds: number
  readonly threads: number
}

export function oneLock({ rounds, threads }: Parameters): void {
  const tally = new Lock({ name: 'tally' })
  const started = startWorkers(threads, [rounds, tally])
  for (const thread of started) thread.join()
}

/** Adds up on its own, then under the lock. */
export function work(rounds: number, tally: Lock): void {
  for (let round = 0; round < rounds; round += 1) {
    const part = computePart(round)
    tally.acquire()
    total += part
    tally.release()
  }
}
`
const senderTs = `import { Thread } from '../../threading/thread.ts'
import { Queue } from '../../threading/queue.ts'

export class A {
  readonly q = new Queue<number>()

  run({ interval, items }: Parameters): void {
    for (let received = 0; received < items; received += 1) {
      const x = this.q.get()
      print(x)
      sleep(interval)
    }
  }
}
`

export const FAKE_DEMOS: readonly DemoManifest[] = [
  {
    id: 'gil-countdown',
    title: 'GIL countdown',
    chapter: 'The GIL',
    summary: 'Two threads count down under one GIL, and take turns.',
    lookFor: [
      'The two lanes are never green at the same time: one counts while the other waits.',
      'Every turn lasts about one switch interval. Make the interval shorter and watch the turns.',
    ],
    claim: 'For example, this two-thread program is SLOWER than a single-thread one.',
    questions: [
      {
        id: 'time',
        text: 'How long will two threads take, against one?',
        options: [
          { id: 'shorter', label: 'About half' },
          { id: 'same', label: 'About the same' },
          { id: 'longer', label: 'Clearly longer' },
        ],
      },
    ],
    changes: [{ since: '3.13', text: 'There are builds without the GIL.' }],
    parameters: [
      integer(
        'count',
        'Count',
        'How far all threads together count down.',
        [1_000, 1_000_000_000, 50_000_000],
        [1e6, 1e7, 5e7],
      ),
      threads(2),
      integer(
        'steps',
        'Steps',
        'Counts between two checkpoints.',
        [1, 100_000, 1_000],
        [100, 1_000],
      ),
      integer(
        'switchInterval',
        'Switch interval',
        'How long a waiter waits before it asks the holder to drop the GIL.',
        [0.1, 1_000, 5],
        [0.5, 5, 50],
        'ms',
      ),
    ],
    variants: [
      {
        ...variant('one-thread', 'One thread', 'All of the work in one thread.'),
        python: python(countdownPy, 'parameters'),
      },
      {
        ...variant('two-threads-gil', 'Two threads, one GIL', 'Half each; one runs at a time.'),
        gil: true,
        python: python(countdownPy, 'parameters'),
        baseline: 'one-thread',
      },
      {
        ...variant('two-threads-parallel', 'Two threads in parallel', 'Half each, without a GIL.'),
        baseline: 'one-thread',
      },
      {
        ...variant('two-processes', 'Two processes', 'Half each, in processes of their own.'),
        needs: ['processes'],
        baseline: 'one-thread',
      },
    ],
    defaultVariant: 'two-threads-gil',
    defaultRepeats: 3,
    quick: { count: 2_000_000 },
    sources: [
      { language: 'typescript', file: 'program.ts', text: countdownTs },
      { language: 'python', file: 'program.py', text: countdownPy },
    ],
  },
  ...(['thread', 'process'] as const).map((kind): DemoManifest => ({
    id: `sender-receiver-${kind}`,
    title: `Sender and receiver, ${kind}`,
    chapter: 'Sender and receiver',
    summary: `A background ${kind} puts numbers into a queue; the foreground gets ten of them.`,
    lookFor: ['The receiver is blocked in get until the sender has put the next number.'],
    parameters: [
      integer('interval', 'Interval', 'Pause after every item.', [0, 10, 0.5], [0.01, 0.5, 1], 's'),
      integer('items', 'Items', 'How many items are received.', [1, 100_000, 10], [10, 100, 1000]),
    ],
    variants: [
      {
        ...variant('note', 'As in the note', 'An unbounded queue.'),
        needs: [kind === 'thread' ? 'threads' : 'processes'],
        python: python(senderPy, 'nothing'),
      },
      {
        ...variantOf('guarded', 'With a main guard', 'What starts processes is behind a guard.'),
        python: python(senderPy, 'parameters'),
      },
    ],
    defaultVariant: 'note',
    defaultRepeats: 1,
    quick: {},
    sources: [
      { language: 'typescript', file: 'program.ts', text: senderTs },
      { language: 'python', file: 'program.py', text: senderPy },
    ],
  })),
  {
    id: 'lock-contention',
    title: 'Lock contention',
    chapter: 'Laboratory',
    summary: 'Threads that share one lock, with the time inside and outside it as parameters.',
    lookFor: [
      'Where a lane is amber it holds the lock while others wait.',
      'The longer the lock is held compared with the time outside, the longer the line of waiters.',
    ],
    parameters: [
      threads(4),
      integer('held', 'Held', 'Time inside the lock.', [0, 1_000, 1.2], [0.1, 1.2, 10], 'ms'),
      integer('outside', 'Outside', 'Time outside the lock.', [0, 1_000, 1.5], [0, 1.5, 10], 'ms'),
      integer('rounds', 'Rounds', 'Acquisitions per thread.', [1, 1e6, 1_250], [100, 1_250]),
    ],
    variants: [
      { ...variant('one-lock', 'One lock for all', 'Every thread wants the same lock.') },
      { ...variant('own-locks', 'A lock each', 'Nobody waits: the reference.') },
    ],
    defaultVariant: 'one-lock',
    defaultRepeats: 1,
    quick: { rounds: 100 },
    sweeps: [
      {
        id: 'scaling',
        label: 'How it scales',
        help: 'From one thread to twice the processors.',
        axes: [{ parameter: 'threads', values: 'to twice the processors' }],
      },
      {
        id: 'inside-outside',
        label: 'Inside against outside',
        help: 'The lock is held for longer and longer, and wanted more and more rarely.',
        axes: [
          { parameter: 'held', values: [0.1, 0.3, 1, 3, 10] },
          { parameter: 'outside', values: [0, 1, 10] },
        ],
      },
    ],
    sources: [{ language: 'typescript', file: 'program.ts', text: tallyTs }],
  },
]

function python(text: string, takes: PythonText['takes']): PythonText {
  return { file: 'program.py', text, takes }
}

function variantOf(id: string, label: string, help: string): VariantDefinition {
  return { id, label, help, gil: false, needs: ['threads'] }
}

function variant(id: string, label: string, help: string): VariantDefinition {
  return { ...variantOf(id, label, help), program: 'twoThreads' }
}
