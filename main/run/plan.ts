import { threadsOf } from '../demos/costs.ts'
import type { Demo } from '../demos/demo.ts'
import type { Parameters, PythonText, VariantDefinition } from '../demos/manifest.ts'
import { pointsOf } from '../demos/sweeps.ts'
import type { CPythonEngine, Engine, Interpreter, RunRequest } from './contract.ts'
import { engineLabel, engineOf } from './engines.ts'
import { sectionLabel } from './section-label.ts'

/** One timed stretch of a run: a variant, once, with its parameters, on one engine. */
export type Section = NodeSection | PythonSection

interface AnySection {
  readonly variant: string
  /** Of its marks: the variant, in a sweep also its values, with a twin also the engine. */
  readonly label: string
  /** Those of the request, with the values of its point of the sweep. */
  readonly parameters: Parameters
  /** From 1. */
  readonly repeat: number
  /** Units of work, as the demo counts them. */
  readonly work: number
}

export interface NodeSection extends AnySection {
  readonly engine: Extract<Engine, { kind: 'node' }>
  /** Export of the demo's program. */
  readonly program: string
  readonly gil: boolean
  /** That it starts beside its main one, at most at a time. */
  readonly threads: number
}

export interface PythonSection extends AnySection {
  readonly engine: CPythonEngine
  /** Absent: the script that the request names. */
  readonly python?: PythonText
  /** Variant of the demo that works where this one fails. */
  readonly works?: string
}

/** What is run once in each repeat. */
interface Case {
  readonly variant: VariantDefinition
  readonly engine: Engine
  /** Its point of the sweep. */
  readonly swept: Parameters
}

/**
 * The order in which the cases of a run are run: point by point of the sweep, at each the variant
 * and what it is compared with. The next repeat has them all the other way round, so that a machine
 * that slowly gets busier (or cooler) favours none.
 */
export function planSections(
  demo: Demo,
  request: RunRequest,
  interpreters: readonly Interpreter[] = [],
): readonly Section[] {
  const cases = casesOf(demo, request)
  const isTwin = request.twin !== undefined
  return Array.from({ length: request.repeats }, (_, index) =>
    (index % 2 === 0 ? cases : cases.toReversed()).map(({ variant, engine, swept }): Section => {
      const { id, program = '', python, gil, works } = variant
      const parameters = { ...request.parameters, ...swept }
      const any = {
        variant: id,
        label: sectionLabel(id, isTwin ? engineLabel(engine, interpreters) : '', swept),
        parameters,
        repeat: index + 1,
        work: demo.work(parameters, id),
      }
      return engine.kind === 'node'
        ? { ...any, engine, program, gil, threads: threadsOf(demo, parameters) }
        : { ...any, engine, ...(python && { python }), ...(works !== undefined && { works }) }
    }),
  ).flat()
}

function casesOf(demo: Demo, request: RunRequest): readonly Case[] {
  const variant = variantOf(demo, request.variant)
  const { twin, sweep } = request
  const engines = [engineOf(request), ...(twin === undefined ? [] : [twin])]
  const variants = [variant, ...comparedWith(request, variant).map((id) => variantOf(demo, id))]
  return pointsOf(sweep).flatMap((swept) =>
    variants.flatMap((each) => engines.map((engine) => ({ variant: each, engine, swept }))),
  )
}

/** Variants that are run in turns with the request's own. */
function comparedWith(
  { others = [], baseline, twin }: RunRequest,
  variant: VariantDefinition,
): readonly string[] {
  if (others.length > 0) return others
  return baseline && twin === undefined && variant.baseline !== undefined ? [variant.baseline] : []
}

function variantOf(demo: Demo, id: string): VariantDefinition {
  const variant = demo.manifest.variants.find((each) => each.id === id)
  if (variant === undefined) throw new Error(`${demo.manifest.id} has no variant ${id}`)
  return variant
}
