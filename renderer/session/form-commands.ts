/** What the palette does to the form of a demo: what runs, with which values, and beside what. */
import type { RunRequest } from '../../main/run/contract.ts'
import { engineOf } from '../../main/run/engines.ts'
import type { DemoForm } from './demo-form.svelte.ts'
import { cannotRun } from './engine-rules.ts'
import type { Command } from './keymap.ts'

export interface FormKeys {
  readonly form: DemoForm
  readonly engines: Pick<RunRequest, 'engine' | 'twin'>
  /** Opens what is compared. */
  compare(): void
}

/** None of them has a key. */
export function formCommands({ form, engines, compare }: FormKeys): readonly Command[] {
  const { manifest, cases } = form
  const command = (id: string, label: string, run: () => void): Command => ({
    id: `form-${id}`,
    group: 'Run',
    label,
    keys: [],
    run,
  })
  const runnable = manifest.variants.filter(
    (variant) => cannotRun(variant, engineOf(engines)) === undefined,
  )
  const others = runnable.filter(({ id }) => id !== form.variant.id)
  const compared = form.compared(engines).map(({ id }) => id)
  const canSweep = form.sweepObstacle(engines) === undefined && manifest.parameters.length > 0
  const sweeps = [
    ...cases.sweeps.map(({ id, label }) =>
      command(`sweep-${id}`, `Sweep: ${label}`, () => form.chooseSweep(id)),
    ),
    ...manifest.parameters.map(({ id, label }) =>
      command(`sweep-over-${id}`, `Sweep over ${label}…`, () => {
        cases.sweepParameter(id)
        compare()
      }),
    ),
    ...(cases.sweep === ''
      ? []
      : [command('no-sweep', 'No sweep: one value each', () => form.chooseSweep(''))]),
  ]
  return [
    ...(engines.twin === undefined
      ? [command('compare', 'Choose what is compared…', compare)]
      : []),
    command('quick', 'Quick values: a run of about a second', () => form.takeQuick()),
    ...(form.isDefault
      ? []
      : [command('defaults', 'Back to the defaults', () => form.takeDefaults())]),
    ...others.map(({ id, label }) =>
      command(`variant-${id}`, `Variant: ${label}`, () => form.chooseVariant(id)),
    ),
    ...(engines.twin === undefined ? others : []).map(({ id, label }) => {
      const isOn = compared.includes(id)
      return command(
        `compare-${id}`,
        `${isOn ? 'Do not compare with' : 'Compare with'} ${label}`,
        () => cases.compare(form.variant, id, !isOn),
      )
    }),
    ...(canSweep ? sweeps : []),
  ]
}
