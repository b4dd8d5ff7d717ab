/** Brings a timeline, or a session with its run, into the state that an entry shows. */
import { disposable, Disposables, type Disposable } from '../../main/core/disposables.ts'
import { isOver } from '../../main/run/contract.ts'
import { FakeHost } from '../hosts/fake.ts'
import { Session } from '../session/session.svelte.ts'
import { TimelineState } from '../timeline/timeline-state.svelte.ts'
import type { SessionEntry, TimelineEntry } from './entry.ts'
import { SyntheticTrace } from './synthetic.ts'

const SEED = 7
const MS = 1e6
/** What an entry that was shown before has chosen. */
const OF_EARLIER = /^interleave[.](engines|script|window|predictions|demo[.])/

export interface StagedTimeline extends Disposable {
  readonly timeline: TimelineState
}

export interface StagedSession extends StagedTimeline {
  readonly session: Session
}

export async function stageTimeline({
  scenario,
  liveAt,
  fill,
  prepare,
}: TimelineEntry): Promise<StagedTimeline> {
  const timeline = new TimelineState()
  const owned = new Disposables()
  owned.add(disposable(() => timeline.detach()))
  const staged = { timeline, dispose: () => owned.dispose() }
  if (scenario === undefined) return staged
  const trace = owned.add(new SyntheticTrace(scenario, { seed: SEED }))
  if (liveAt !== undefined) trace.advance(liveAt * MS)
  await fill?.(trace)
  timeline.attach(trace)
  timeline.setTracks(trace.tracks)
  timeline.setStatus(trace.status)
  await prepare?.(timeline, trace)
  return staged
}

export async function stageSession({
  options,
  request,
  demo,
  opens,
  tab,
  range,
  line,
  prepare,
}: SessionEntry): Promise<StagedSession> {
  for (const key of Object.keys(localStorage))
    if (OF_EARLIER.test(key)) localStorage.removeItem(key)
  const host = new FakeHost({ seed: SEED, ...options })
  const { demos } = await host.catalogue()
  const manifest = demos.find(({ id }) => id === demo)
  if (request !== undefined && manifest !== undefined)
    await host.start({
      demo: manifest.id,
      variant: manifest.defaultVariant,
      parameters: Object.fromEntries(manifest.parameters.map((each) => [each.id, each.default])),
      repeats: manifest.defaultRepeats,
      baseline: false,
      ...request,
    })
  const session = new Session(host)
  await session.open()
  if (opens === undefined) session.select(demo)
  else await session.openRecording(opens)
  await arrived(session)
  while (!session.engines.areKnown) await Promise.resolve()
  if (tab !== undefined) session.settings.tab = tab
  await prepare?.(session)
  const timeline = timelineOf(session)
  if (range) timeline.selected.select(range[0] * MS, range[1] * MS)
  timeline.lines.choose(line)
  await timeline.lines.step('next')
  const dispose = () => {
    timeline.detach()
    session.dispose()
    host.dispose()
  }
  return { session, timeline, dispose }
}

/** The run's first words are here and, when it is over, its summary. */
async function arrived(session: Session): Promise<void> {
  const isHere = () => {
    const { run } = session
    if (!run) return true
    return run.tracks.length > 0 && (!isOver(run.status.state) || run.summary !== undefined)
  }
  for (let turn = 0; turn < 1_000 && !isHere(); turn++) await Promise.resolve()
}

/** A timeline of the session's run, as the window has one beside its lower pane. */
function timelineOf({ run }: Session): TimelineState {
  const timeline = new TimelineState()
  if (!run?.client) return timeline
  timeline.attach(run.client)
  timeline.setTracks(run.tracks)
  timeline.setStatus(run.status)
  return timeline
}
