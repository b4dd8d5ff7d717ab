import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { answer } from './answer.ts'
import { manifest } from './manifest.ts'
import { judge } from './verdict.ts'

export const demo: Demo = {
  manifest,
  unit: 'processes',
  work: (parameters) => parameter(parameters, 'processes'),
  judge,
  answer,
}
