import type { Verdict } from '../../run/contract.ts'
import { LaneEnd } from '../../trace/model.ts'
import type { VerdictInput } from '../demo.ts'
import { judgeSenderReceiver } from '../sender-receiver-verdict.ts'

export const judge = (input: VerdictInput): Verdict =>
  judgeSenderReceiver(input, {
    sender: 'sender thread',
    end: LaneEnd.returned,
    ends: {
      [LaneEnd.returned]: 'returned by itself after the event was set',
      [LaneEnd.threw]: 'ended with an exception',
      [LaneEnd.terminated]: 'was terminated',
      [LaneEnd.killed]: 'was killed',
    },
  })
