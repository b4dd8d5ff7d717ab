import type { Measurement, RunRequest, RunSummary } from '../../main/run/contract.ts'
import { median } from '../../main/core/statistics.ts'

interface Result {
  readonly request: RunRequest
  readonly measurements: readonly Measurement[]
}

/** Two runs can be compared when all that differs is the variant. */
const sameParameters = (left: RunRequest, right: RunRequest): boolean =>
  Object.keys({ ...left.parameters, ...right.parameters }).every(
    (id) => left.parameters[id] === right.parameters[id],
  )

/** What the runs of this window measured, by demo, oldest first. */
export class Results {
  #byDemo = $state.raw<Readonly<Record<string, readonly Result[]>>>({})

  add({ status: { request }, measurements }: RunSummary): void {
    if (measurements.length === 0) return
    const earlier = this.#byDemo[request.demo] ?? []
    this.#byDemo = { ...this.#byDemo, [request.demo]: [...earlier, { request, measurements }] }
  }

  /** All measurements of runs with the parameters of this one: theirs and its own. */
  comparable(request: RunRequest): readonly Measurement[] {
    return (this.#byDemo[request.demo] ?? [])
      .filter((result) => sameParameters(result.request, request))
      .flatMap((result) => result.measurements)
  }

  /** Median time of the variant that was run last, in nanoseconds. */
  latest(demo: string): number | undefined {
    const last = this.#byDemo[demo]?.at(-1)
    if (last === undefined) return undefined
    return median(
      last.measurements
        .filter(({ variant }) => variant === last.request.variant)
        .map(({ elapsed }) => elapsed),
    )
  }
}
