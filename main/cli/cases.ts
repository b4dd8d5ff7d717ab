/** What makes several cases of a run: --others, --sweep and --quick. */
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'
import type { DemoManifest, SweepDefinition } from '../demos/manifest.ts'
import { isRecord, unknownName } from '../demos/refusals.ts'
import { resolveSweep } from '../demos/sweeps.ts'

const MOST_SWEEPS = 2

/** As typed; still to be checked against the demo. */
export interface WantedCases {
  readonly others?: readonly string[]
  readonly sweep?: readonly { readonly parameter: string; readonly values: readonly unknown[] }[]
}

export interface ParsedCases {
  readonly cases: WantedCases
  /** Of one that the demo defines. */
  readonly sweepId?: string
}

/**
 * @param others of --others. @param sweeps of each --sweep: `threads=1,2,4`, or an id.
 * @param toValue of one value that was typed.
 */
export function parseCases(
  others: string | undefined,
  sweeps: readonly string[],
  toValue: (text: string) => unknown,
): Result<ParsedCases, Refusal> {
  const ids = sweeps.filter((text) => !text.includes('='))
  const [sweepId] = ids
  if (sweeps.length > MOST_SWEEPS || (sweepId !== undefined && sweeps.length > 1))
    return usage(
      sweepId === undefined
        ? `A sweep goes over one parameter or two, not ${sweeps.length}.`
        : `--sweep ${sweepId} says all of the sweep.`,
      sweepId === undefined ? 'Give --sweep once or twice.' : 'Give it alone.',
    )
  const axes = sweeps.map((text) => {
    const at = text.indexOf('=')
    return { parameter: text.slice(0, at), values: listOf(text.slice(at + 1)).map(toValue) }
  })
  return success({
    cases: {
      ...(others !== undefined && { others: listOf(others) }),
      ...(sweepId === undefined && axes.length > 0 && { sweep: axes }),
    },
    ...(sweepId !== undefined && { sweepId }),
  })
}

const listOf = (text: string): readonly string[] => text.split(',').map((each) => each.trim())

const usage = (message: string, remedy: string): Result<never, Refusal> =>
  failure(refusal('usage', message, remedy))

export interface Shorthands {
  readonly sweepId?: string
  readonly quick?: true
}

/**
 * The request with what the demo means by them; what the user has said himself stays.
 * @param manifest of the request's demo. @param processors of this machine.
 */
export function expandCases(
  request: Readonly<Record<string, unknown>>,
  manifest: DemoManifest,
  { sweepId, quick }: Shorthands,
  processors: number,
): Result<Readonly<Record<string, unknown>>, Refusal> {
  const quickly = quick ? { ...request, ...quickRun(manifest, request) } : request
  if (sweepId === undefined) return success(quickly)
  const { sweeps = [] } = manifest
  const sweep = sweeps.find(({ id }) => id === sweepId)
  if (sweep !== undefined)
    return success({ ...quickly, ...sweepRun(sweep, manifest, processors, quickly) })
  const isParameter = manifest.parameters.some(({ id }) => id === sweepId)
  if (isParameter || sweeps.length === 0)
    return usage(
      isParameter
        ? `--sweep ${sweepId} has no values.`
        : `${manifest.id} defines no sweep "${sweepId}".`,
      `Write it as --sweep ${isParameter ? sweepId : 'parameter'}=value,value.`,
    )
  return unknownName(
    'sweep',
    sweepId,
    ` of ${manifest.id}`,
    sweeps.map(({ id }) => id),
  )
}

/** Once is enough for a look. */
const quickRun = (
  { quick }: DemoManifest,
  { parameters, repeats = 1 }: Record<string, unknown>,
) => ({
  parameters: { ...quick, ...(isRecord(parameters) && parameters) },
  repeats,
})

function sweepRun(
  sweep: SweepDefinition,
  { parameters }: DemoManifest,
  processors: number,
  request: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const axes = { sweep: resolveSweep(sweep, parameters, processors) }
  // Chosen by the user: they are swept in place of those that the demo would compare.
  if (request['variant'] !== undefined || request['others'] !== undefined) return axes
  const [variant, ...others] = sweep.variants ?? []
  return {
    ...axes,
    ...(variant !== undefined && { variant }),
    ...(variant !== undefined && (others.length > 0 ? { others } : { baseline: false })),
  }
}
