import type { Demo } from '../demos/demo.ts'
import type { VariantDefinition } from '../demos/manifest.ts'
import type { RunRequest } from './contract.ts'

/** One timed stretch of a run: a variant, once. */
export interface Section {
  readonly variant: string
  /** From 1. */
  readonly repeat: number
  /** Export of the demo's program. */
  readonly program: string
  readonly gil: boolean
  /** Units of work, as the demo counts them. */
  readonly work: number
}

/**
 * The order in which variants are run: each repeat has the variant and its baseline, and the next
 * repeat has them the other way round, so that a machine that slowly gets busier (or cooler) does
 * not favour either.
 */
export function planSections(demo: Demo, request: RunRequest): readonly Section[] {
  const variant = variantOf(demo, request.variant)
  const pair =
    request.baseline && variant.baseline !== undefined
      ? [variant, variantOf(demo, variant.baseline)]
      : [variant]
  return Array.from({ length: request.repeats }, (_, index) =>
    (index % 2 === 0 ? pair : pair.toReversed()).map((each) => ({
      variant: each.id,
      repeat: index + 1,
      program: each.program ?? '',
      gil: each.gil,
      work: demo.work(request.parameters, each.id),
    })),
  ).flat()
}

function variantOf(demo: Demo, id: string): VariantDefinition {
  const variant = demo.manifest.variants.find((each) => each.id === id)
  if (variant === undefined) throw new Error(`${demo.manifest.id} has no variant ${id}`)
  return variant
}
