/** Random programs of processes lose, double, tear and reorder nothing, and nobody waits for ever. */
import { describe, expect, test } from 'vitest'
import { openRun } from '../support/processes.ts'
import { runProgram } from '../support/threads.ts'
import { rounds, SEED, TIMEOUT_MILLISECONDS } from './driver.ts'

interface Case {
  readonly file: string
  readonly program: string
  readonly first: readonly unknown[]
}

const CASES: readonly Case[] = [
  { file: 'stress-processes', program: 'flows', first: [] },
  { file: 'stress-processes', program: 'exclusion', first: [] },
  { file: 'stress-pools', program: 'pools', first: ['processes'] },
  { file: 'stress-pools', program: 'pools', first: ['threads'] },
]

describe(`stress of processes, STRESS_SEED=${SEED}`, () => {
  test.each(CASES.flatMap((each) => [false, true].map((kills) => ({ ...each, kills }))))(
    '$program $first, with kills: $kills',
    { timeout: TIMEOUT_MILLISECONDS },
    async ({ file, program, first, kills }) => {
      const { host, registry } = openRun()
      const count = await rounds(async (seed) => {
        await runProgram(host, file, program, seed, ...first, kills)
        await registry.endSection()
      })
      expect(count).toBeGreaterThan(0)
      expect(registry.size).toBe(0)
    },
  )
})
