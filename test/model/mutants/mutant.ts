import type { Bounds } from '../explorer.ts'
import type { Mutation } from '../load.ts'
import type { Scenario } from '../program.ts'

/** A known class of bugs, planted in one place of the real source. */
export interface Mutant extends Mutation {
  readonly bug: string
  readonly scenario: Scenario
  readonly bounds?: Bounds
  /** What the explorer must say. */
  readonly problem: RegExp
}

export const asleep = /^asleep for ever/
