/** The exception hook, and what the end of a program waits for: run by program-end.test.ts. */
import {
  excepthook,
  exit,
  mainThread,
  print,
  setExcepthook,
  sleep,
  Thread,
  type ExceptHookArgs,
} from '../../../main/threading/index.ts'

export class Failing extends Thread {
  override run(): void {
    throw new RangeError('run failed')
  }
}

function runOne(thread: Thread): void {
  thread.start()
  thread.join()
}

export function runFailing(): void {
  runOne(new Failing({ name: 'excepthook thread' }))
}

export function leave(): void {
  exit(1)
}
export function runLeaving(): void {
  runOne(new Thread({ target: leave }))
}

export function tell({ excType, excValue, excTraceback, thread }: ExceptHookArgs): void {
  const message = excValue instanceof Error ? excValue.message : ''
  print(excType === RangeError, message, thread instanceof Failing, thread.name)
  print(excTraceback.startsWith('RangeError: run failed\n'))
}
export function runTold(): void {
  setExcepthook(tell)
  runOne(new Failing({ name: 'told' }))
}

export function breaking(): void {
  throw new TypeError('threading_hook failed')
}
export function runBroken(): void {
  setExcepthook(breaking)
  runOne(new Failing())
}

export function sayFailed(): void {
  print('Running a thread failed')
}
export function runChanging(): void {
  for (const hook of [undefined, sayFailed, excepthook, undefined]) {
    setExcepthook(hook)
    runOne(new Failing({ name: 'excepthook thread' }))
  }
}

export function joinMain(main: Thread): void {
  main.join()
  print('end of thread')
}
export function endBeforeThread(): void {
  new Thread({ target: joinMain, args: [mainThread()] }).start()
  sleep(0.02)
  print('end of main')
}

export function sayLater(): void {
  sleep(0.05)
  print('woke up')
}
export function exitBeforeThread(): void {
  new Thread({ target: sayLater }).start()
  exit()
}

export function spinForEver(running: Int32Array): void {
  Atomics.add(running, 0, 1)
  for (;;) sleep(0.001)
}
export function leaveDaemons(running: Int32Array): void {
  const count = 8
  for (let started = 0; started < count; started++)
    new Thread({ target: spinForEver, args: [running], daemon: true }).start()
  while (Atomics.load(running, 0) < count) sleep(0.001)
  exit(0)
}
