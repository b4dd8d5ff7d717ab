import type { ParameterDefinition } from './manifest.ts'

/** Both sender-and-receiver demos have the same ones. */
export const parameters: readonly ParameterDefinition[] = [
  {
    id: 'items',
    label: 'Items',
    help: 'How many items the receiver gets before it ends the sender.',
    kind: 'integer',
    minimum: 1,
    maximum: 10_000,
    default: 10,
    presets: [10, 100, 1_000],
  },
  {
    id: 'interval',
    label: 'Interval',
    help: 'How long the sender sleeps after each put, and the receiver after each get.',
    kind: 'number',
    unit: 's',
    minimum: 0,
    maximum: 60,
    default: 0.5,
    presets: [0.005, 0.05, 0.5],
  },
]
