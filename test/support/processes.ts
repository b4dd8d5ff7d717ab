/** A runner's thread host with its child processes, as the product's runner has them. */
import { afterEach, inject } from 'vitest'
import { join } from 'node:path'
import {
  ChildRegistry,
  type ChildExit,
  type ChildRegistryOptions,
} from '../../main/run/children.ts'
import { createForkLauncher } from '../../main/run/fork-launcher.ts'
import type { ChildFrame } from '../../main/run/children.ts'
import type { ThreadHost } from '../../main/run/thread-host.ts'
import {
  drainEvents,
  openHost,
  output,
  readRecords,
  runProgram,
  type TracedEvent,
} from './threads.ts'

export interface TestRun {
  readonly host: ThreadHost
  readonly registry: ChildRegistry
  readonly exits: ChildExit[]
  readonly notices: string[]
  readonly frames: ChildFrame[]
  /** What the children recorded. */
  childEvents(): TracedEvent[]
  /** Runs a program of fixtures/processes.ts and gives back what its main process printed. */
  run(name: string, ...args: readonly unknown[]): Promise<string[]>
  /** The same for a program of another file. */
  runOf(file: string, name: string, ...args: readonly unknown[]): Promise<string[]>
}

const registries: ChildRegistry[] = []
afterEach(async () => {
  await Promise.all(registries.splice(0).map((registry) => registry.dispose()))
})

export const launchChild = (args: readonly string[]) =>
  createForkLauncher({ runner: '', child: join(inject('bundle'), 'child.mjs') }).fork('child', args)

/** Disposed after the test. */
export function openRun(options: Partial<ChildRegistryOptions> = {}): TestRun {
  const host = openHost({ processNumber: 0 })
  const exits: ChildExit[] = []
  const notices: string[] = []
  const frames: ChildFrame[] = []
  const registry = new ChildRegistry({
    control: host.control,
    launch: launchChild,
    traced: true,
    onTrace: (frame) => frames.push({ ...frame, records: frame.records.slice() }),
    onExit: (exit) => exits.push(exit),
    onNotice: (text) => notices.push(text),
    ...options,
  })
  registries.push(registry)
  async function runOf(file: string, name: string, ...args: readonly unknown[]) {
    await runProgram(host, file, name, ...args)
    return output(drainEvents(host))
  }
  return {
    host,
    registry,
    exits,
    notices,
    frames,
    childEvents: () => frames.flatMap(({ source, records }) => readRecords(source, records)),
    run: (name, ...args) => runOf('processes', name, ...args),
    runOf,
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
