import type { Measurement, RunRequest, RunStatus, RunSummary } from '../../main/run/contract.ts'
import { partsOfLabel, sectionLabel } from '../../main/run/section-label.ts'
import { median } from '../../main/core/statistics.ts'

interface Result {
  readonly request: RunRequest
  /** Units of work in one section; 0: not known. */
  readonly work: number
  readonly measurements: readonly Measurement[]
}

/** Two runs can be compared when all that differs is the variant, and one parameter at most. */
const sameParameters = (left: RunRequest, right: RunRequest, but?: string): boolean =>
  Object.keys({ ...left.parameters, ...right.parameters }).every(
    (id) => id === but || left.parameters[id] === right.parameters[id],
  )

/** Programs under CPython are measured under a name of their own: no bar is of two engines. */
const labelOf = ({ variant }: Measurement, python: RunStatus['python']): string =>
  partsOfLabel(variant).engine !== '' || python?.length !== 1 || python[0] === undefined
    ? variant
    : sectionLabel(variant, python[0].label)

const isOnNode = ({ engine, twin }: RunRequest): boolean =>
  (engine === undefined || engine.kind === 'node') && twin === undefined

/** What one run measured of one variant, with one value of the parameter that differs. */
export interface VariedMeasurements {
  readonly variant: string
  readonly value: number
  /** Units of work in one section; 0: not known. */
  readonly work: number
  /** Nanoseconds, one a section. */
  readonly elapsed: readonly number[]
}

/** What the runs of this window measured, by demo, oldest first. */
export class Results {
  #byDemo = $state.raw<Readonly<Record<string, readonly Result[]>>>({})

  add({ status: { request, total, sections, python }, measurements: given }: RunSummary): void {
    if (given.length === 0) return
    const measurements = given.map((each) => ({ ...each, variant: labelOf(each, python) }))
    const earlier = this.#byDemo[request.demo] ?? []
    const work = sections > 0 ? total / sections : 0
    const result = { request, work, measurements }
    this.#byDemo = { ...this.#byDemo, [request.demo]: [...earlier, result] }
  }

  /** All measurements of runs with the parameters of this one: theirs and its own. */
  comparable(request: RunRequest): readonly Measurement[] {
    return (this.#byDemo[request.demo] ?? [])
      .filter((result) => sameParameters(result.request, request))
      .flatMap((result) => result.measurements)
  }

  /** What runs measured that differ from this one in nothing but the variant and this parameter. */
  varying(request: RunRequest, parameter: string): readonly VariedMeasurements[] {
    return (this.#byDemo[request.demo] ?? [])
      .filter(
        ({ request: other }) =>
          sameParameters(other, request, parameter) && isOnNode(other) && isOnNode(request),
      )
      .flatMap(({ request: { parameters }, work, measurements }) => {
        const value = parameters[parameter]
        if (value === undefined) return []
        return [...new Set(measurements.map(({ variant }) => variant))].map((variant) => ({
          variant,
          value,
          work,
          elapsed: measurements
            .filter((each) => each.variant === variant)
            .map(({ elapsed }) => elapsed),
        }))
      })
  }

  /** Median time of the variant that was run last, in nanoseconds. */
  latest(demo: string): number | undefined {
    const last = this.#byDemo[demo]?.at(-1)
    if (last === undefined) return undefined
    return median(
      last.measurements
        .filter(({ variant }) => partsOfLabel(variant).variant === last.request.variant)
        .map(({ elapsed }) => elapsed),
    )
  }
}
