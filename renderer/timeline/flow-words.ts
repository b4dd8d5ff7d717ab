/** An item's way in words: card, inspector and spoken summary say the same. Pure. */
import type { TrackInfo } from '../../main/run/contract.ts'
import { duration, moment } from '../theme/figures.ts'
import type { Flow } from './flows.svelte.ts'
import { nameIn } from './names.ts'
import type { Fact } from './range-figures.ts'

export interface FlowWords {
  readonly title: string
  /** Time in the queue; undefined while it is there, or where its put is not known. */
  readonly residence: number | undefined
  readonly facts: readonly Fact[]
}

export function flowWords(flow: Flow, tracks: readonly TrackInfo[]): FlowWords {
  const nameOf = (id: number) => nameIn(tracks, id) ?? 'a lane that is not known'
  const { queue, putLane, putTime, getLane, getTime } = flow
  const isPutKnown = !Number.isNaN(putTime)
  const isTaken = getLane > 0
  const residence = isPutKnown && isTaken ? getTime - putTime : undefined
  return {
    title: `Item of ${nameOf(queue)}`,
    residence,
    facts: [
      { label: 'Put by', value: isPutKnown ? nameOf(putLane) : 'not known' },
      ...(isPutKnown ? [{ label: 'Put at', value: moment(putTime) }] : []),
      { label: 'Taken by', value: isTaken ? nameOf(getLane) : 'nobody yet' },
      ...(isTaken ? [{ label: 'Taken at', value: moment(getTime) }] : []),
      ...(residence === undefined ? [] : [{ label: 'In the queue', value: duration(residence) }]),
    ],
  }
}
