import type { Demo } from '../demos/demo.ts'
import type { PythonText, VariantDefinition } from '../demos/manifest.ts'
import type { CPythonEngine, Engine, Interpreter, RunRequest } from './contract.ts'
import { engineLabel, engineOf } from './engines.ts'
import { sectionLabel } from './section-label.ts'

/** One timed stretch of a run: a variant, once, on one engine. */
export type Section = NodeSection | PythonSection

interface AnySection {
  readonly variant: string
  /** Of its marks: the variant, with a twin also the engine. */
  readonly label: string
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
}

export interface PythonSection extends AnySection {
  readonly engine: CPythonEngine
  /** Absent: the script that the request names. */
  readonly python?: PythonText
  /** Variant of the demo that works where this one fails. */
  readonly works?: string
}

/**
 * The order in which variants are run: each repeat has the variant and its baseline, or with a twin
 * the variant on both engines, and the next repeat has them the other way round, so that a machine
 * that slowly gets busier (or cooler) does not favour either.
 */
export function planSections(
  demo: Demo,
  request: RunRequest,
  interpreters: readonly Interpreter[] = [],
): readonly Section[] {
  const variant = variantOf(demo, request.variant)
  const first = engineOf(request)
  const { twin, repeats, parameters } = request
  const others =
    request.baseline && variant.baseline !== undefined
      ? [{ variant: variantOf(demo, variant.baseline), engine: first }]
      : []
  const pair = [
    { variant, engine: first },
    ...(twin === undefined ? others : [{ variant, engine: twin }]),
  ]
  return Array.from({ length: repeats }, (_, index) =>
    (index % 2 === 0 ? pair : pair.toReversed()).map(({ variant, engine }): Section => {
      const { id, program = '', python, gil, works } = variant
      const label = twin === undefined ? id : sectionLabel(id, engineLabel(engine, interpreters))
      const any = { variant: id, label, repeat: index + 1, work: demo.work(parameters, id) }
      return engine.kind === 'node'
        ? { ...any, engine, program, gil }
        : { ...any, engine, ...(python && { python }), ...(works !== undefined && { works }) }
    }),
  ).flat()
}

function variantOf(demo: Demo, id: string): VariantDefinition {
  const variant = demo.manifest.variants.find((each) => each.id === id)
  if (variant === undefined) throw new Error(`${demo.manifest.id} has no variant ${id}`)
  return variant
}
