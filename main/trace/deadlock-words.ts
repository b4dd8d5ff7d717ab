/** A deadlock in sentences: for the window, the command line and the summary. */
import { NANOSECONDS_PER_SECOND } from '../core/units.ts'
import type { Deadlock, DeadlockMember } from '../run/contract.ts'

export interface DeadlockWords {
  readonly headline: string
  /** Who waits for what since when, from which line, and who has it: one sentence a thread. */
  readonly details: readonly string[]
}

export function deadlockWords({ kind, members, behind }: Deadlock): DeadlockWords {
  const names = listed(members.map(({ name }) => name))
  const alone = members.length === 1
  const headline =
    kind === 'everybody'
      ? `Deadlock: ${alone ? `${names}, the only thread, waits` : `all ${members.length} threads wait`}, and nobody is left to end it.`
      : alone
        ? `Deadlock: ${names} waits for what it holds itself.`
        : `Deadlock: ${names} wait for each other, and none of them can go on.`
  const others =
    behind.length === 0
      ? []
      : [
          `${listed(behind)} ${behind.length === 1 ? 'waits' : 'wait'} for ${alone ? 'it' : 'them'}.`,
        ]
  return { headline, details: [...members.map(sentenceOf), ...others] }
}

function sentenceOf({ name, doing, since, at, holder }: DeadlockMember): string {
  const waiting = `${name}: ${lowerFirst(doing)} since ${seconds(since)}${place(at)}`
  if (!holder) return `${waiting}.`
  const whose = holder.name === name ? 'held by itself' : `held by ${holder.name}`
  return `${waiting}, ${whose} since ${seconds(holder.since)}${place(holder.at)}.`
}

const place = (at: string): string => (at === '' ? '' : ` (${at})`)
const seconds = (time: number): string => `${(time / NANOSECONDS_PER_SECOND).toFixed(3)} s`
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** `A`, `A and B`, `A, B and C`. */
function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
