/** What a process that is gone left in the queues, in words. */
import type { PartialFrame } from '../multiprocessing/frames.ts'
import type { QueueLoss } from '../multiprocessing/queues/broker.ts'

/** @param partials items that it was in the middle of writing to a file (large-items.ts). */
export function* describeLosses(
  pid: number,
  losses: readonly QueueLoss[],
  partials: readonly PartialFrame[],
): Generator<string> {
  for (const { partial, returned } of losses) {
    if (partial !== undefined) yield describePartial(pid, partial)
    if (returned > 0)
      yield (
        `${returned} ${returned === 1 ? 'item' : 'items'} handed to pid ${pid} and not ` +
        `taken: returned to the queue`
      )
  }
  for (const partial of partials) yield describePartial(pid, partial)
}

const describePartial = (pid: number, { received, announced }: PartialFrame): string =>
  `1 partial frame, ${received} of ${announced} bytes discarded, writer pid ${pid} died`
