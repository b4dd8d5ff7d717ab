/** Programs of fixtures/measured.ts, run as the product runs programs. */
import { fileURLToPath } from 'node:url'
import { ChildRegistry } from '../../main/run/children.ts'
import { createForkLauncher } from '../../main/run/fork-launcher.ts'
import { ThreadHost } from '../../main/run/thread-host.ts'
import { Gil } from '../../main/threading/gil.ts'
import { LaneEnd, RECORD_BYTES } from '../../main/trace/model.ts'
import { RingReader } from '../../main/trace/ring.ts'
import { median } from './measure.ts'

const DEFAULT_ROUNDS = 7
const DRAIN_EVERY_MS = 8

export interface ProgramOptions {
  readonly args?: readonly unknown[]
  readonly rounds?: number
  readonly tracing?: boolean
  readonly gil?: boolean
  /** It starts processes. */
  readonly children?: boolean
}

/**
 * Runs a program of fixtures/measured.ts on the product's threads.
 * @param from URL of the built bench file: what else was built lies beside it.
 * @returns the median figure.
 */
export async function measure(
  from: string,
  name: string,
  {
    args = [],
    rounds = DEFAULT_ROUNDS,
    tracing = false,
    gil = false,
    children = false,
  }: ProgramOptions,
): Promise<number> {
  const readers: RingReader[] = []
  const host = new ThreadHost({
    workerEntry: new URL('worker.mjs', from),
    processNumber: 0,
    tracing,
    onSource: ({ ring }) => readers.push(new RingReader(ring)),
  })
  const registry = children ? childrenOf(host, from) : undefined
  const draining = setInterval(() => readers.forEach(drain), DRAIN_EVERY_MS)
  try {
    await host.prewarm(3)
    const figures = new Float64Array(new SharedArrayBuffer(8 * rounds))
    const { end, error } = await host.run({
      target: { module: new URL('measured.mjs', from).href, name },
      args: [figures, ...args],
      ...(gil && { gil: new Gil() }),
    })
    if (end !== LaneEnd.returned) throw new Error(error?.stack ?? `${name} ended with ${end}`)
    readers.forEach(drain)
    const dropped = readers.reduce((sum, reader) => sum + reader.dropped, 0)
    if (dropped > 0) throw new Error(`${dropped} events were dropped: dropping is not recording`)
    return median([...figures])
  } finally {
    clearInterval(draining)
    await registry?.dispose()
    await host.dispose()
  }
}

const scratch = new Uint8Array(2 ** 16 * RECORD_BYTES)
const drain = (reader: RingReader): number => reader.drain(scratch)

function childrenOf(host: ThreadHost, from: string): ChildRegistry {
  const launcher = createForkLauncher({
    runner: '',
    child: fileURLToPath(new URL('child.mjs', from)),
  })
  return new ChildRegistry({
    control: host.control,
    launch: (args) => launcher.fork('child', args),
    traced: false,
    onTrace: () => undefined,
    onExit: () => undefined,
    onNotice: (text) => process.stderr.write(`${text}\n`),
  })
}
