import { describe, expect, it } from 'vitest'
import type { SpanDetail } from '../../../main/run/contract.ts'
import { SyntheticTrace } from '../../../renderer/gallery/synthetic.ts'
import { LaneState } from '../../../main/trace/model.ts'
import { blameOf } from '../../../renderer/timeline/blame.ts'
import { range } from '../../../renderer/timeline/time-scale.ts'
import type { PlacedSlice } from '../../../renderer/timeline/view-loader.ts'

const view = range(57e6, 78e6)

async function waitAndSlices() {
  const trace = new SyntheticTrace('lock', { seed: 7 })
  const tracks = trace.tracks
  const answer = await trace.ask('view', {
    ...view,
    width: 900,
    tracks: tracks.map(({ id }) => id),
  })
  const slices = new Map(
    answer.slices.map((slice): [number, PlacedSlice] => [
      slice.track,
      { ...view, width: 900, newest: answer.newest, slice },
    ]),
  )
  const wait = await trace.ask('neighbour', {
    time: view.from,
    direction: 'next',
    what: 'contention',
  })
  if (!wait) throw new Error('the scenario has no wait')
  return { tracks, slices, wait }
}

const fact = (detail: SpanDetail, label: string) =>
  detail.facts.find((candidate) => candidate.label === label)?.value

describe('blame for a wait', () => {
  it('names the holder and the releaser that the run itself names', async () => {
    const { tracks, slices, wait } = await waitAndSlices()
    const blame = blameOf(wait, slices, tracks)
    const name = (id: number | undefined) => tracks.find((track) => track.id === id)?.name
    expect(wait.state).toBe(LaneState.waiting)
    expect(fact(wait, 'Held by')).toMatch(new RegExp(`^${name(blame.heldBy)} since `))
    expect(fact(wait, 'Ended by')).toMatch(new RegExp(`^${name(blame.releasedBy)} released it at `))
    expect(blame.lit[0]).toMatchObject({ from: wait.from, to: wait.to, track: wait.track })
  })

  it('blames nobody for ending a wait that still lasts', async () => {
    const { tracks, slices, wait } = await waitAndSlices()
    const blame = blameOf({ ...wait, isOpen: true }, slices, tracks)
    expect(blame.heldBy).toBeDefined()
    expect(blame.releasedBy).toBeUndefined()
  })

  it('lights only the selection where spans cannot be told apart, or nothing is waited for', async () => {
    const { tracks, slices, wait } = await waitAndSlices()
    expect(blameOf(wait, new Map(), tracks).lit).toEqual([wait])
    const running = { ...wait, state: LaneState.running }
    expect(blameOf(running, slices, tracks).lit).toEqual([running])
  })
})
