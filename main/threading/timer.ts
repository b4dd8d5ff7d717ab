/** threading.Timer: a thread that waits, then calls a function unless it was cancelled. */
import type { Seconds } from '../core/units.ts'
import { Event } from './event.ts'
import { fromHandles, toHandle, toHandles } from './handles.ts'
import { defaultName, registerThread, Thread, type ThreadHandle } from './thread.ts'
import type { Target } from './targets.ts'

interface TimerHandle extends ThreadHandle {
  readonly interval: Seconds
  readonly finished: unknown
}

const isHandle = (value: unknown): value is TimerHandle => typeof value === 'object'

export class Timer extends Thread {
  readonly interval: Seconds
  /** Set when the function has been called, or will not be any more. */
  readonly finished: Event

  /**
   * @param interval seconds from the start; or the handle of an existing one to attach to.
   * @param target exported by its module; called with `args`, then `kwargs` as one object.
   */
  constructor(
    interval: Seconds | TimerHandle,
    target?: Target,
    args: readonly unknown[] = [],
    kwargs?: Readonly<Record<string, unknown>>,
  ) {
    if (isHandle(interval)) {
      super(interval)
      this.interval = interval.interval
      // Made by `[toHandle]` of an Event.
      this.finished = fromHandles(interval.finished) as Event
      return
    }
    // As CPython's: named as a thread without a target.
    super({ target, args, name: defaultName(), ...(kwargs && { kwargs }) })
    this.interval = interval
    this.finished = new Event({ name: `${this.name} finished` })
  }

  override [toHandle](): TimerHandle {
    const { interval } = this
    return { ...super[toHandle](), type: 'Timer', interval, finished: toHandles(this.finished) }
  }

  /** The function is not called any more, if it has not begun. */
  cancel(): void {
    this.finished.set()
  }

  override run(): unknown {
    this.finished.wait(this.interval)
    const result = this.finished.isSet() ? undefined : super.run()
    this.finished.set()
    return result
  }
}

registerThread<TimerHandle>('Timer', (handle) => new Timer(handle))
