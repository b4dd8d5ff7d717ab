/** What two members differ in besides what is compared, and what limits their figures: in sentences. */
import { plural } from '../../core/figures-format.ts'
import type { Environment, RunRequest } from '../../run/contract.ts'
import { letterOf } from './members.ts'

/** Where a member comes from. */
export interface Origin {
  readonly request: Pick<RunRequest, 'demo' | 'variant' | 'parameters'>
  readonly environment?: Pick<Environment, 'platform' | 'processors'>
  readonly dropped: number
  /** What a recording that was cut short lacks. */
  readonly missing?: string
}

/** How the reader's own sentence begins. */
const CUT_SHORT = /^The recording was cut short: /

/** None: they differ in nothing but what is compared. */
export function caveatsOf(members: readonly Origin[]): readonly string[] {
  return [
    ...differing(members, 'Different demos', ({ request }) => request.demo),
    ...parameterCaveats(members),
    ...differing(members, 'Different machines', ({ environment }) =>
      environment === undefined || environment.platform === ''
        ? undefined
        : `${environment.platform}, ${plural(environment.processors, 'processor')}`,
    ),
    ...members.flatMap(({ dropped, missing }, index) => [
      ...(missing === undefined
        ? []
        : [`${letterOf(index)} was cut short: ${missing.replace(CUT_SHORT, '')}`]),
      ...(dropped === 0
        ? []
        : [`${letterOf(index)} lost ${plural(dropped, 'event')}: its counts are lower bounds.`]),
    ]),
  ]
}

/** Of one demo: parameters of two have little to do with each other. */
function parameterCaveats(members: readonly Origin[]): readonly string[] {
  const demos = new Set(members.map(({ request }) => request.demo))
  if (demos.size > 1) return []
  const names = new Set(members.flatMap(({ request }) => Object.keys(request.parameters)))
  return [...names].flatMap((name) =>
    differing(members, `Different ${name}`, ({ request }) => {
      const value = request.parameters[name]
      return value === undefined ? 'none' : String(value)
    }),
  )
}

/** `Different demos: A gil-countdown, B lock-contention.` */
function differing(
  members: readonly Origin[],
  what: string,
  of: (member: Origin) => string | undefined,
): readonly string[] {
  const values = members.map(of)
  const told = values.filter((value) => value !== undefined)
  if (new Set(told).size < 2) return []
  const each = values.flatMap((value, index) =>
    value === undefined ? [] : [`${letterOf(index)} ${value}`],
  )
  return [`${what}: ${each.join(', ')}.`]
}
