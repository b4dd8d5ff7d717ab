/** Sweeps: the values that a demo's definition means on this machine, and the points they span. */
import type { SweepAxis } from '../run/contract.ts'
import type {
  ParameterDefinition,
  Parameters,
  SweepAxisDefinition,
  SweepDefinition,
} from './manifest.ts'

/** Of an axis over the number of processors. */
const MOST_LANES = 12

/**
 * The axes as a request has them. A value that the parameter does not allow is left out.
 * @param processors of the machine: Environment.processors
 */
export const resolveSweep = (
  { axes }: Pick<SweepDefinition, 'axes'>,
  parameters: readonly ParameterDefinition[],
  processors: number,
): readonly SweepAxis[] => axes.map((axis) => resolveAxis(axis, parameters, processors))

function resolveAxis(
  { parameter, values }: SweepAxisDefinition,
  parameters: readonly ParameterDefinition[],
  processors: number,
): SweepAxis {
  const { minimum = 1, maximum = Infinity } = parameters.find(({ id }) => id === parameter) ?? {}
  const isAllowed = (value: number): boolean => value >= minimum && value <= maximum
  return {
    parameter,
    values: (values === 'to twice the processors'
      ? toTwice(Math.max(1, Math.floor(processors)), maximum)
      : values
    ).filter(isAllowed),
  }
}

/**
 * 1 to 2 × processors, evenly thinned to MOST_LANES, always with both ends and the processors
 * themselves; with `maximum` for the end where that is less.
 */
function toTwice(processors: number, maximum: number): readonly number[] {
  const last = Math.max(1, Math.min(2 * processors, maximum))
  const most = Math.min(MOST_LANES, last)
  const even = Array.from({ length: most }, (_, index) =>
    most === 1 ? 1 : Math.round(1 + (index * (last - 1)) / (most - 1)),
  )
  if (processors > last || even.includes(processors)) return even
  const [nearest = 1] = even
    .slice(1, -1)
    .toSorted((one, other) => Math.abs(one - processors) - Math.abs(other - processors))
  return even.map((value) => (value === nearest ? processors : value))
}

/** The values of each point, in the order of the axes, the last one fastest; without a sweep one point, of none. */
export const pointsOf = (sweep: readonly SweepAxis[] = []): readonly Parameters[] =>
  sweep.reduce<readonly Parameters[]>(
    (points, { parameter, values }) =>
      points.flatMap((point) => values.map((value) => ({ ...point, [parameter]: value }))),
    [{}],
  )
