/** What a screen reader says: the facts that cards, inspector and marks show. */
import type { SpanDetail } from '../../main/run/contract.ts'
import { count, duration, moment } from '../theme/figures.ts'
import { flowWords } from './flow-words.ts'
import { factsOfAll, type Fact } from './range-figures.ts'
import { rowFigure } from './row-figures.ts'
import { spanOf } from './time-scale.ts'
import type { TimelineState } from './timeline-state.svelte.ts'

const inWords = (facts: readonly Fact[]): string[] =>
  facts.map(({ label, value }) => `${label} ${value}`)

export function describeSpan(name: string, detail: SpanDetail): string {
  return [
    `${name}: ${detail.title}`,
    duration(detail.to - detail.from),
    ...inWords(detail.facts),
  ].join(', ')
}

/** The span, item or row that is pointed at or selected. */
export function spokenSummary(timeline: TimelineState): string {
  const { tracks, flows, rows } = timeline
  const nameOf = (id: number) => tracks.find((track) => track.id === id)?.name ?? ''
  const flow = flows.selected
  if (flow) {
    const { title, facts } = flowWords(flow, tracks)
    return [title, ...inWords(facts)].join(', ')
  }
  const detail = timeline.pointed?.detail ?? timeline.selection?.detail
  if (detail) return describeSpan(nameOf(detail.track), detail)
  if (rows.active?.type === 'group') {
    const name = rows.active.group
    const group = rows.groups.find((each) => each.name === name)
    const size = group?.tracks.length ?? 0
    return `${name}, ${count(size)} ${size === 1 ? 'row' : 'rows'}${group?.folded ? ', folded' : ''}`
  }
  const track = tracks.find(({ id }) => id === rows.highlighted)
  if (!track) return ''
  const figure = rowFigure(track, timeline.slices.get(track.id))
  return [track.name, ...(figure ? [figure.spoken] : [])].join(', ')
}

/** The selected range with what it adds up to. */
export function spokenRange({ selected }: TimelineState): string {
  const { range, tables } = selected
  if (!range) return ''
  const facts = tables ? inWords(factsOfAll(tables)) : []
  return [
    `Range ${duration(spanOf(range))}`,
    `from ${moment(range.from)} to ${moment(range.to)}`,
    ...facts,
  ].join(', ')
}

/** How much a search found, and the match that is shown. */
export function spokenSearch({ find, rows }: TimelineState): string {
  if (!find.isOpen || find.text.trim() === '') return ''
  const found = `${count(rows.shown.length)} rows, ${count(find.total)} matches`
  const match = find.current
  if (!match) return found
  return `Match ${count((find.index ?? 0) + 1)} of ${count(find.total)}: ${match.text}, ${moment(match.time)}`
}
