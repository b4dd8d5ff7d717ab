/** What a screen reader says when the selection, the highlighted row or the hovered span changes. */
import type { SpanDetail } from '../../main/run/contract.ts'
import { duration } from '../theme/figures.ts'
import type { TimelineState } from './timeline-state.svelte.ts'

export function describeSpan(name: string, detail: SpanDetail): string {
  const facts = detail.facts.map(({ label, value }) => `${label} ${value}`)
  return [`${name}: ${detail.title}`, duration(detail.to - detail.from), ...facts].join(', ')
}

export function spokenSummary(timeline: TimelineState): string {
  const detail = timeline.hover?.detail ?? timeline.selection?.detail
  const nameOf = (id: number | undefined) =>
    timeline.tracks.find((track) => track.id === id)?.name ?? ''
  if (detail) return describeSpan(nameOf(detail.track), detail)
  return nameOf(timeline.highlighted)
}
