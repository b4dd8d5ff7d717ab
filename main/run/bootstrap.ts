/**
 * What the main thread of a child process executes: CPython's BaseProcess._bootstrap. Its own
 * entry, because workers resolve their targets by module URL and export name.
 */
import { becomeCurrent } from '../multiprocessing/current.ts'
import { Process, type ProcessHandle, type ProcessOptions } from '../multiprocessing/process.ts'
import { becomeProcess, type ProcessSelf } from '../multiprocessing/process-self.ts'
import { PicklingError } from '../threading/errors.ts'
import type { TargetReference } from '../threading/runtime.ts'
import { resolveTarget } from '../threading/targets.ts'

export interface Bootstrap {
  readonly self: ProcessSelf
  readonly target: TargetReference | undefined
  /** Of the program's own class, if it is of one. */
  readonly class: TargetReference | undefined
}

/**
 * @param args of the target.
 * @param fields of the process's object.
 * @throws what `run` throws.
 */
export async function bootstrap(
  { self, target, class: Class }: Bootstrap,
  args: readonly unknown[],
  fields: object,
): Promise<void> {
  becomeProcess(self)
  const process = makeProcess(Class && (await classOf(Class)), {
    type: 'Process',
    name: self.name,
    daemon: self.daemon,
    madeIn: self.parent?.number ?? -1,
    life: self.life,
    runs: { ...(target && { target: await resolveTarget(target) }), args } satisfies ProcessOptions,
  })
  becomeCurrent(Object.assign(process, fields))
  await process.run()
}

/** The class's own constructor is not called: it would make another process. */
const makeProcess = (Class: typeof Process = Process, handle: ProcessHandle): Process =>
  // Reflect knows no types: with this `new.target` it is an object of that class.
  Reflect.construct<[ProcessHandle], Process>(Process, [handle], Class)

async function classOf(reference: TargetReference): Promise<typeof Process> {
  const found: unknown = await resolveTarget(reference)
  if (typeof found === 'function' && found.prototype instanceof Process)
    return found as typeof Process
  throw new PicklingError(`${reference.module} exports no class of processes ${reference.name}`)
}
