/**
 * A program outside of the app: its main function runs as MainThread, may block, start threads and
 * processes, and prints to the terminal. Nothing is recorded.
 *
 * What builds this into a chunk that entries share must name their folder (program.ts).
 */
import { fileURLToPath } from 'node:url'
import { disposable, type Disposable } from '../core/disposables.ts'
import { Gil } from '../threading/gil.ts'
import { OutputStream } from '../trace/model.ts'
import { ChildRegistry } from './children.ts'
import { createForkLauncher } from './fork-launcher.ts'
import { ThreadHost } from './thread-host.ts'
import type { ThreadOutcome } from './thread-messages.ts'

export interface ProgramOptions {
  /** Arguments of the main function: what structured clone can carry. */
  readonly args?: readonly unknown[]
  /** Run the program's threads under an emulated GIL. Default false. */
  readonly gil?: boolean
  /** Takes every text that threads of all processes print. Default: the standard streams. */
  readonly onOutput?: (stream: 'out' | 'error', text: string) => void
  /** Aborted: every thread gets a KeyboardInterrupt, and what goes on then is ended. */
  readonly signal?: AbortSignal
}

/**
 * Runs the function that a module exports until it, its threads and its processes have ended.
 * @param entries folder of worker.mjs, section.mjs and child.mjs
 */
export async function runProgramIn(
  entries: URL,
  module: URL,
  name: string,
  options: ProgramOptions,
): Promise<ThreadOutcome> {
  const { args = [], gil = false, signal } = options
  const { onOutput = writeToTerminal } = options
  signal?.throwIfAborted()
  const print = (stream: OutputStream, text: string): void =>
    onOutput(stream === OutputStream.out ? 'out' : 'error', text)
  const host = new ThreadHost({
    workerEntry: new URL('worker.mjs', entries),
    processNumber: 0,
    tracing: false,
    onOutput: print,
  })
  const registry = openRegistry(host, entries, print)
  const stopping = onAbort(signal, () => {
    registry.stop()
    void host.stop()
  })
  try {
    return await host.run({
      target: { module: new URL('section.mjs', entries).href, name: 'runMain' },
      args: [{ module: module.href, name }, args],
      ...(gil && { gil: new Gil() }),
    })
  } finally {
    stopping.dispose()
    await registry.dispose()
    await host.dispose()
  }
}

function openRegistry(
  host: ThreadHost,
  entries: URL,
  print: (stream: OutputStream, text: string) => void,
): ChildRegistry {
  const child = fileURLToPath(new URL('child.mjs', entries))
  const launcher = createForkLauncher({ runner: '', child }, 1)
  return new ChildRegistry({
    control: host.control,
    launch: (args) => launcher.fork('child', args),
    traced: false,
    onTrace: () => undefined,
    onExit: () => undefined,
    onNotice: (text) => print(OutputStream.error, text),
    onOutput: print,
  })
}

function onAbort(signal: AbortSignal | undefined, stop: () => void): Disposable {
  signal?.addEventListener('abort', stop)
  return disposable(() => signal?.removeEventListener('abort', stop))
}

function writeToTerminal(stream: 'out' | 'error', text: string): void {
  process[stream === 'out' ? 'stdout' : 'stderr'].write(`${text}\n`)
}
