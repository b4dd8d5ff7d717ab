/** What is guessed where memory cannot be read, against threads that say themselves when they ran. */
import { expect, test } from 'vitest'
import { setTimeout as delay } from 'node:timers/promises'
import { monotonic, Sampling } from '../../main/python/sampler/sampling.ts'
import { describeWithPythons, newestPython } from '../support/pythons.ts'
import { startStampedThreads, type HeldSample } from './stamping-threads.ts'

await describeWithPythons(
  'the estimate',
  (python) => {
    test.runIf(process.platform === 'linux')(
      'names the thread that runs far more often than another',
      async () => {
        const options = { threads: 3, milliseconds: 0, seed: 9, naps: 0.3 }
        const program = await startStampedThreads({ ...options, python: python.path })
        const sampling = new Sampling()
        const samples: HeldSample[] = []
        try {
          sampling.watch({ pid: program.pid, gil: 0n })
          for (const { id, state } of program.threads) sampling.watchThread(program.pid, id, state)
          let isOver = false
          void program.truth.finally(() => (isOver = true))
          program.begin()
          while (!isOver) {
            sampling.sampleDue()
            const holder = sampling.processes.get(program.pid)?.holder ?? 0n
            samples.push({ time: monotonic(), holder })
            // However long a busy machine takes for them.
            if (samples.length === 300) program.finish()
            await delay(1)
          }
          const truth = await program.truth
          const judged = samples.filter(({ time }) => truth.whoHeld(time) !== undefined)
          const right = judged.filter(({ time, holder }) => truth.whoHeld(time) === holder)
          expect(judged.length).toBeGreaterThan(20)
          expect(right.length).toBeGreaterThan(judged.length / 2)
          expect(sampling.reports()[0]?.reading).toBe('estimated')
        } finally {
          sampling.dispose()
          await program.end()
        }
      },
    )
  },
  async () => {
    const newest = await newestPython()
    return newest ? [newest] : []
  },
)
