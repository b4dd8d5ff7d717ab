/**
 * What a run knows beside its segments, as bytes: the same events give the same bytes, however
 * their merge was cut into ticks. Who adds something to the collector adds it here, in `saved`,
 * `save` and `load`; lanes, resources and the questions say beside themselves what is kept of them.
 * Left out is only what further events would need: none come.
 */
import { decode, encode } from '@msgpack/msgpack'
import { extensionCodec } from '../run/wire.ts'
import { Collector, type Subject } from './collector.ts'
import { Lane, savedLane } from './lane.ts'
import { Resource, savedResource } from './resource.ts'
import {
  concurrency,
  machineLoad,
  places,
  processorTime,
  sectionFigures,
  time,
} from './store/figures-shape.ts'
import { isWholeMessage } from './store/nesting.ts'
import type { SegmentStore } from './store/segment.ts'
import {
  among,
  count,
  fields,
  list,
  maybe,
  number,
  ShapeError,
  text,
  tuple,
  type Of,
} from './store/shape.ts'

/** The bytes are not a snapshot, or contradict themselves. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError'
}

const saved = fields({
  lanes: list(savedLane),
  /** Ident and track. */
  idents: list(tuple<readonly [number, number]>(count, count)),
  resources: list(savedResource),
  /** Id and place among the resources. */
  ids: list(tuple<readonly [number, number]>(count, count)),
  output: list(fields({ time, lane: text, stream: among(['out', 'error'] as const), text })),
  outputTracks: list(count),
  notes: list(fields({ time: number, text })),
  sections: list(sectionFigures),
  openSection: maybe(fields({ variant: text, repeat: number, from: time })),
  concurrency,
  processorTime,
  machineLoad,
  places,
  lastEvent: number,
  events: count,
  dropped: count,
  dropReports: count,
})

/** @param collector closed. */
export function encodeSnapshot(collector: Collector): Uint8Array {
  // Through the shape: fields in its order, whoever made them.
  return encode(saved(save(collector)), { extensionCodec, ignoreUndefined: true })
}

/** A collector that answers as the one that was saved. @throws SnapshotError */
export function decodeSnapshot(bytes: Uint8Array, segments: SegmentStore): Collector {
  if (!isWholeMessage(bytes)) throw new SnapshotError('not a whole message')
  try {
    return load(saved(decode(bytes, { extensionCodec })), segments)
  } catch (error) {
    // What the decoder throws are RangeErrors and its own.
    if (error instanceof Error) throw new SnapshotError(error.message, { cause: error })
    throw error
  }
}

function save(collector: Collector): Of<typeof saved> {
  const { lanes, idents, resourceList, resources, output, outputTracks, notes, sections } =
    collector
  const { concurrency, processorTime, places, lastEvent, events, dropped, dropReports } = collector
  const numbers = new Map(resourceList.map((resource, place) => [resource, place]))
  const placeOf = (resource: Resource) => numbers.get(resource) ?? 0
  return {
    ...{ output, outputTracks, notes, lastEvent, events, dropped, dropReports },
    lanes: lanes.map((lane) => lane.save(placeOf)),
    idents: [...idents].map(([ident, { track }]) => [ident, track] as const),
    resources: resourceList.map((resource) => resource.save()),
    ids: [...resources].map(([id, resource]) => [id, placeOf(resource)] as const),
    sections: [...sections.done],
    openSection: sections.open,
    concurrency: concurrency.save(),
    processorTime: processorTime.save(),
    machineLoad: collector.machineLoad.save(),
    places: places.save(),
  }
}

function load(state: Of<typeof saved>, segments: SegmentStore): Collector {
  const collector = new Collector(segments)
  const { archive, lanes, idents, resourceList, resources } = collector
  for (const { track, pid, name } of state.lanes)
    lanes.push(new Lane(archive, collector.concurrency, track, pid, name))
  for (const { id } of state.resources) resourceList.push(new Resource(archive, id))
  const byTrack = new Map(lanes.map((lane) => [lane.track, lane]))
  state.lanes.forEach((lane, at) => lanes[at]?.load(lane, resourceList))
  state.resources.forEach((resource, at) =>
    resourceList[at]?.load(resource, (track) => byTrack.get(track)),
  )
  addSubjects(collector)
  for (const [ident, track] of state.idents) idents.set(ident, known(byTrack.get(track)))
  for (const [id, place] of state.ids) resources.set(id, known(resourceList[place]))
  collector.output.push(...state.output)
  collector.outputTracks.push(...state.outputTracks)
  collector.notes.push(...state.notes)
  collector.sections.load(state.sections, state.openSection)
  collector.concurrency.load(state.concurrency)
  collector.processorTime.load(state.processorTime)
  collector.machineLoad.load(state.machineLoad)
  collector.places.load(state.places)
  const { lastEvent, events, dropped, dropReports } = state
  Object.assign(collector, { lastEvent, events, dropped, dropReports })
  return collector
}

/** Tracks are numbered 1, 2, 3, … */
function addSubjects({ subjects, lanes, resourceList }: Collector): void {
  const rows: Subject[] = [...lanes, ...resourceList.filter(({ track }) => track > 0)]
  rows.sort((one, other) => one.track - other.track)
  for (const row of rows) {
    if (row.track !== subjects.length) throw new ShapeError('tracks in order expected')
    subjects.push(row)
  }
}

function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new ShapeError('a known row expected')
  return value
}
