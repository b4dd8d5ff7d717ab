import { isOver, type RunStatus } from '../../main/run/contract.ts'
import { bytes } from '../theme/figures.ts'

/** With a full stop, also behind a path. */
export const sentence = (words: string): string => (/[.!?…]$/.test(words) ? words : `${words}.`)

/** Why a recording broke off; the commonest reason in words. */
export const brokenOff = (failure: string): string =>
  sentence(failure.replace(/\bENOSPC\b/, 'there is no room left (ENOSPC)'))

/** What is left of a recording that broke off, and what to do. */
export function keptOf({ state, recording }: Pick<RunStatus, 'state' | 'recording'>): string {
  const file = recording?.bytes
    ? `The file keeps the ${bytes(recording.bytes)} before that`
    : 'Nothing of it was kept'
  return isOver(state)
    ? `${file}; timeline, figures and verdict here are whole. Make room or choose another folder (INTERLEAVE_RECORDINGS), then run it again to have it recorded.`
    : `${file}; the run goes on, and its timeline and figures here stay whole.`
}

/** A label within a sentence: `One thread` as `one thread`; `N threads` and `GIL` as they are. */
export const midSentence = (label: string): string =>
  /^(\p{Lu}\p{Ll}|A )/u.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label

/** A title under its chapter's heading: without the words that the heading says already. */
export function titleWithin(chapter: string, title: string): string {
  const rest = title.startsWith(chapter) ? title.slice(chapter.length).replace(/^[\s,:]+/, '') : ''
  return rest === '' ? title : rest.charAt(0).toUpperCase() + rest.slice(1)
}

interface Named {
  readonly name: string
  /** `Lock, program.ts:12`. */
  readonly subtitle: string
  readonly pid: number
}

/**
 * Names of which none is like another: `Lock-1, program.ts:28` where there are two of that name,
 * `GIL, process 4711` where they were made at the same place, then a number.
 */
export function distinctNames(tracks: readonly Named[]): readonly string[] {
  const wordings: readonly ((track: Named) => string)[] = [
    ({ name }) => name,
    ({ name, subtitle }) => {
      const madeAt = subtitle.split(', ').slice(1).join(', ')
      return madeAt === '' ? name : `${name}, ${madeAt}`
    },
    ({ name, pid }) => `${name}, process ${pid}`,
  ]
  return tracks.map((track) => {
    const isAlone = (wording: (track: Named) => string) =>
      tracks.filter((each) => wording(each) === wording(track)).length === 1
    const wording = wordings.find(isAlone)
    if (wording) return wording(track)
    const alike = tracks.filter(({ name }) => name === track.name)
    return `${track.name} ${alike.indexOf(track) + 1}`
  })
}
