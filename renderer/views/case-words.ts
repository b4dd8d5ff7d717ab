/** What runs together, in a few words. */
import type { DemoManifest, VariantDefinition } from '../../main/demos/manifest.ts'
import type { RunRequest, SweepAxis } from '../../main/run/contract.ts'
import { plural } from '../../main/core/figures-format.ts'
import type { DemoForm } from '../session/demo-form.svelte.ts'
import { showValues } from '../session/sweep-values.ts'
import { midSentence } from './words.ts'

/** `against one thread`, `3 variants`; '' where nothing is compared. */
const variantWords = (compared: readonly VariantDefinition[]): string => {
  const [first] = compared
  if (first === undefined) return ''
  return compared.length === 1
    ? `against ${midSentence(first.label)}`
    : `${compared.length + 1} variants`
}

/** `threads 1, 2, 4`; two: `threads 1 to 8 × held 0.1, 1 ms`. */
export const sweepWords = (
  sweep: readonly SweepAxis[],
  { parameters }: Pick<DemoManifest, 'parameters'>,
): string =>
  sweep
    .map(({ parameter, values }) => {
      const definition = parameters.find(({ id }) => id === parameter)
      const { label = parameter, kind = 'number', unit } = definition ?? {}
      return `${midSentence(label)} ${showValues(values, kind, unit)}`
    })
    .join(' × ')

/** What is chosen: `2 variants, threads 1, 2, 4`; '' where one variant runs with one value each. */
export function casesWords(form: DemoForm, engines: Pick<RunRequest, 'engine' | 'twin'>): string {
  const swept = form.sweepObstacle(engines) === undefined ? form.cases.swept : undefined
  const sweep = swept?.ok ? sweepWords(swept.value, form.manifest) : swept && 'a sweep'
  const compared = form.compared(engines)
  // In little room: which one it is stands in the list.
  const variants =
    sweep && compared.length > 0 ? `${compared.length + 1} variants` : variantWords(compared)
  return [variants, sweep].filter((words) => words).join(', ')
}

/** `18 sections: 3 variants × 3 values × 2 repeats`. */
export function sectionWords(request: RunRequest, sections: number): string {
  const { repeats, baseline, twin, others = [], sweep = [] } = request
  const variants = 1 + others.length + (baseline ? 1 : 0)
  const factors = [
    ...(variants > 1 ? [plural(variants, 'variant')] : []),
    ...(twin === undefined ? [] : ['2 engines']),
    ...sweep.map(({ values }) => plural(values.length, 'value')),
    ...(repeats > 1 ? [plural(repeats, 'repeat')] : []),
  ]
  const words = plural(sections, 'section')
  return factors.length > 1 ? `${words}: ${factors.join(' × ')}` : words
}
