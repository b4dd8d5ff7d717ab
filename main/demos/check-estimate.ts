/** Runs that would take longer, or more memory, than anybody means: refused with the estimate. */
import { formatBytes, formatCount, formatDuration } from '../core/figures-format.ts'
import { refusal, type Refusal } from '../core/result.ts'
import { NANOSECONDS_PER_SECOND } from '../core/units.ts'
import type { RunRequest } from '../run/contract.ts'
import { engineOf } from '../run/engines.ts'
import type { Demo, Estimate } from './demo.ts'
import type { Parameters, VariantDefinition } from './manifest.ts'
import { about } from './refusals.ts'
import { pointsOf } from './sweeps.ts'

/** What a run may take; absent: nothing is refused. */
export interface Limits {
  readonly seconds: number
  /** Of memory that is free now. */
  readonly bytes: number
  /** Of the machine: what computes takes its time on them. Absent: any number. */
  readonly processors?: number
}

/** Seconds: the longest run that is begun. */
export const LONGEST_RUN = 3_600

/**
 * @param request checked. @param variants that are run.
 * @returns undefined: nothing speaks against it, as far as the demo can tell.
 */
export function estimateFault(
  demo: Demo,
  request: RunRequest,
  variants: readonly VariantDefinition[],
  limits: Limits,
): Refusal | undefined {
  const { title } = demo.manifest
  const { processors } = limits
  const estimates = estimatesOf(demo, request, variants, processors)
  const sections = estimates.length * request.repeats
  const seconds = estimates.reduce((sum, each) => sum + each.seconds, 0) * request.repeats
  const bytes = Math.max(0, ...estimates.map((each) => each.bytes))
  if (bytes > limits.bytes)
    return about(
      parameterBehind(demo, request, variants, 'bytes', processors),
      refusal(
        'environment',
        `${title} would need at least ${formatBytes(bytes)} of memory; ${formatBytes(limits.bytes)} are free.`,
        'Choose smaller values, or end other programs.',
      ),
    )
  if (seconds <= limits.seconds) return undefined
  const one = inHours(seconds / sections)
  const each = sections === 1 ? 'one section' : `${formatCount(sections)} sections of ${one}`
  return about(
    parameterBehind(demo, request, variants, 'seconds', processors),
    refusal(
      'usage',
      `${title} would take at least ${inHours(seconds)}: ${each}.`,
      `Choose smaller values${sections > 1 ? ' or fewer repeats' : ''}: at most ${inHours(limits.seconds)} is run.`,
    ),
  )
}

/** The one whose default would save most of it; where none would save any, the repeats. */
function parameterBehind(
  demo: Demo,
  request: RunRequest,
  variants: readonly VariantDefinition[],
  what: keyof Estimate,
  processors?: number,
): string {
  const costOf = (parameters: Parameters, sweep = request.sweep): number =>
    estimatesOf(
      demo,
      { ...request, parameters, ...(sweep && { sweep }) },
      variants,
      processors,
    ).reduce((sum, each) => sum + each[what], 0) / pointsOf(sweep).length
  const fewer = what === 'seconds' ? Math.min(1, demo.manifest.defaultRepeats / request.repeats) : 1
  let [behind, least] = ['repeats', costOf(request.parameters) * fewer]
  for (const { id, default: usual } of demo.manifest.parameters) {
    const others = request.sweep?.filter(({ parameter }) => parameter !== id)
    const cost = costOf({ ...request.parameters, [id]: usual }, others)
    if (cost < least) [behind, least] = [id, cost]
  }
  return behind
}

/** Of one repeat. */
function estimatesOf(
  { estimate }: Demo,
  request: RunRequest,
  variants: readonly VariantDefinition[],
  processors?: number,
): readonly Estimate[] {
  if (estimate === undefined) return []
  const engines = [engineOf(request), ...(request.twin ? [request.twin] : [])]
  return pointsOf(request.sweep).flatMap((point) =>
    variants.flatMap(({ id }) =>
      engines.map(({ kind }) =>
        estimate({ ...request.parameters, ...point }, id, kind, processors),
      ),
    ),
  )
}

/** `2 h 14 min`; what is shorter, as elsewhere. */
export function inHours(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return formatDuration(seconds * NANOSECONDS_PER_SECOND)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return rest === 0
    ? `${formatCount(hours)}\u00a0h`
    : `${formatCount(hours)}\u00a0h ${rest}\u00a0min`
}
