/** Random programs of threads lose, double, tear and reorder nothing, and nobody waits for ever. */
import { describe, expect, test } from 'vitest'
import { openHost } from '../support/threads.ts'
import { rounds, runRound, SEED, TIMEOUT_MILLISECONDS } from './driver.ts'

const PROGRAMS = [
  { file: 'stress-locks', program: 'exclusion', deaths: ['none', 'call', 'terminate'] },
  { file: 'stress-locks', program: 'permits', deaths: ['none', 'call', 'terminate'] },
  { file: 'stress-locks', program: 'notifications', deaths: ['none', 'call'] },
  { file: 'stress-locks', program: 'rounds', deaths: ['none', 'call', 'terminate'] },
  { file: 'stress-locks', program: 'signals', deaths: ['none'] },
  { file: 'stress-queues', program: 'flows', deaths: ['none', 'call', 'terminate'] },
] as const

describe(`stress of threads, STRESS_SEED=${SEED}`, () => {
  test.each(PROGRAMS.flatMap(({ deaths, ...each }) => deaths.map((death) => ({ ...each, death }))))(
    '$program, deaths: $death',
    { timeout: TIMEOUT_MILLISECONDS },
    async ({ file, program, death }) => {
      // Every other seed without a trace: other timing.
      const hosts = [true, false].map((tracing) => openHost({ tracing }))
      const count = await rounds(async (seed) => {
        const host = hosts[seed % 2]
        if (host !== undefined) await runRound(host, file, program, seed, death)
      })
      expect(count).toBeGreaterThan(0)
    },
  )
})
