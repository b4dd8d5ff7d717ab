import type { Verdict } from '../../run/contract.ts'
import { LaneEnd } from '../../trace/model.ts'
import type { VerdictInput } from '../demo.ts'
import { judgeSenderReceiver } from '../sender-receiver-verdict.ts'

export const judge = (input: VerdictInput): Verdict =>
  judgeSenderReceiver(input, {
    sender: 'sender process',
    end: LaneEnd.terminated,
    ends: {
      [LaneEnd.returned]: 'returned by itself',
      [LaneEnd.threw]: 'ended with an exception',
      [LaneEnd.terminated]: 'was ended by terminate()',
      [LaneEnd.killed]: 'was killed',
    },
  })
