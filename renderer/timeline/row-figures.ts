/** The figure beside a row's name, in words and in short. Pure. */
import type { TrackInfo } from '../../main/run/contract.ts'
import { ResourceKind } from '../../main/trace/model.ts'
import { count, percent, rate } from '../theme/figures.ts'
import { busyShare, extremes, lastValue, ratesInView } from './in-view.ts'
import type { PlacedSlice } from './view-loader.ts'

export interface RowFigure {
  readonly short: string
  /** For screen readers and as a tooltip. */
  readonly spoken: string
  /** A second line, where there is more to tell than one figure. */
  readonly more?: string
}

export function rowFigure(
  { kind, resource }: TrackInfo,
  placed: PlacedSlice | undefined,
): RowFigure | undefined {
  if (!placed) return undefined
  switch (kind) {
    case 'lane': {
      const share = busyShare(placed, 'lane')
      if (share === undefined) return undefined
      const words = percent(share)
      return { short: words, spoken: `running ${words} of the time in view` }
    }
    case 'lock':
    case 'gil': {
      const share = busyShare(placed, 'lock')
      if (share === undefined) return undefined
      const words = percent(share)
      const waiting = waitingWords(placed)
      return {
        short: words,
        spoken: `held ${words} of the time in view, ${waiting}`,
        more: waiting,
      }
    }
    case 'queue': {
      const depth = lastValue(placed)
      if (depth === undefined) return undefined
      return {
        short: `depth ${count(depth)}`,
        spoken: `depth ${count(depth)} at the end of the view`,
        ...rateWords(placed),
      }
    }
    case 'counter': {
      const value = lastValue(placed)
      if (value === undefined) return undefined
      const words = `${count(value)} ${countedBy(resource)}`
      return { short: words, spoken: `${words} at the end of the view` }
    }
    case 'event': {
      const waiting = lastValue(placed)
      if (waiting === undefined) return undefined
      const words = `${count(waiting)} waiting`
      return { short: words, spoken: `${words} at the end of the view` }
    }
  }
}

/** What a counter row counts. */
function countedBy(resource: ResourceKind | undefined): string {
  if (resource === ResourceKind.semaphore) return 'taken'
  return resource === ResourceKind.pool ? 'running' : 'waiting'
}

function waitingWords(placed: PlacedSlice): string {
  const { least, most } = extremes(placed)
  if (most === 0) return 'nobody waits'
  return least === most ? `${count(most)} waiting` : `${count(least)} to ${count(most)} waiting`
}

function rateWords(placed: PlacedSlice): { readonly more?: string } {
  const rates = ratesInView(placed)
  return rates ? { more: `put ${rate(rates.puts)}, get ${rate(rates.gets)}` } : {}
}
