/** What a row is called where room is short. Pure. */
import type { TrackInfo } from '../../main/run/contract.ts'

/** `Thread-1 (countdown)` without its target: `Thread-1`. */
export const plainName = (name: string): string => name.replace(/ \(.*\)$/, '')

/** The second line, without what the name says already: `Lock, program.ts:12` under `Lock-1`. */
export function subtitleOf({
  kind,
  name,
  subtitle,
  reading,
}: Pick<TrackInfo, 'kind' | 'name' | 'subtitle' | 'reading'>): string {
  if (kind === 'lane') return ''
  // How it is known stands beside the name.
  const [first = '', ...rest] = subtitle.split(', ').filter((part) => part !== reading)
  return (name.startsWith(first) ? rest : [first, ...rest]).join(', ')
}

/** The plain name of a track; with its process where other lanes have the same. */
export function nameIn(tracks: readonly TrackInfo[], id: number): string | undefined {
  const track = tracks.find((each) => each.id === id)
  if (!track) return undefined
  const name = plainName(track.name)
  const isShared = tracks.some(
    (other) => other.id !== id && other.kind === track.kind && plainName(other.name) === name,
  )
  return isShared ? `${name}, ${track.group}` : name
}
