/** What the sampler says of real CPython, against threads that say themselves when they ran. */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, inject, test } from 'vitest'
import { GilMemory } from '../../main/python/sampler/gil-memory.ts'
import { openSampler } from '../../main/python/sampler/open-sampler.ts'
import { Activity, type ProcessSamples } from '../../main/python/sampler/samples.ts'
import { monotonic } from '../../main/python/sampler/sampling.ts'
import { describeWithPythons, eachMinorVersion } from '../support/pythons.ts'
import { until } from '../support/until.ts'
import { startStampedThreads, type HeldSample, type StampedProgram } from './stamping-threads.ts'

const entry = (): URL => pathToFileURL(join(inject('bundle'), 'gil-sampler.mjs'))
const withGil = async () => (await eachMinorVersion()).filter(({ gil }) => gil)
const isLinux = process.platform === 'linux'
/** However long a busy machine takes for them. */
const ENOUGH_SAMPLES = 300

const running: StampedProgram[] = []
afterEach(() => Promise.all(running.splice(0).map((program) => program.end())))

async function start(python: string, threads: number): Promise<StampedProgram> {
  const program = await startStampedThreads({
    python,
    threads,
    milliseconds: 0,
    seed: 5,
    naps: 0.3,
  })
  running.push(program)
  return program
}

await describeWithPythons(
  'the sampler',
  (python) => {
    test.runIf(isLinux)('never names a holder while another thread had it', async () => {
      const program = await start(python.path, 3)
      const { gil, pid, threads } = program
      expect(gil).not.toBe(0n)
      const opened = GilMemory.open(`/proc/${pid}`, gil)
      if (!opened.ok) throw new Error(opened.failure)
      const memory = opened.value
      const samples: HeldSample[] = []
      program.begin()
      const first = memory.read(monotonic)
      let isOver = false
      void program.truth.finally(() => (isOver = true))
      while (!isOver) {
        const read = memory.read(monotonic)
        if (!read.ok) throw new Error(read.failure)
        samples.push(read.value)
        if (samples.length === ENOUGH_SAMPLES) program.finish()
        await delay(1)
      }
      const last = memory.read(monotonic)
      memory.dispose()
      const truth = await program.truth
      const judged = samples.filter(({ time }) => truth.whoHeld(time) !== undefined)
      const wrong = judged.filter(({ time, holder }) => truth.whoHeld(time) !== holder)
      expect(judged.length).toBeGreaterThan(20)
      // Whoever reads the clock may lose its processor before it reads the memory, three times.
      expect(wrong.length).toBeLessThanOrEqual(Math.max(2, judged.length * 0.02))
      const states = new Set(threads.map(({ state }) => state))
      expect(judged.filter(({ holder }) => states.has(holder)).length).toBeGreaterThan(0)
      if (!first.ok || !last.ok) throw new Error('its memory is there at both ends')
      expect(first.value.interval).toBe(program.interval)
      expect(last.value.switches).toBeGreaterThan(first.value.switches)
    })

    test.runIf(isLinux)('tells waiting for the GIL from running and from sleeping', async () => {
      const program = await start(python.path, 3)
      const { gil, pid, threads } = program
      const sampler = openSampler(entry())
      const told: ProcessSamples[] = []
      sampler.watch({ pid, gil })
      for (const { id, state } of threads) sampler.watchThread(pid, id, state)
      await until('the sampler has looked at all threads', () => {
        told.push(...sampler.take())
        return told.some(({ activities }) => activities.threads.length > 0)
      })
      program.begin()
      const kinds = [Activity.runnable, Activity.waitsForGil, Activity.waits]
      await until('it has told enough', () => {
        told.push(...sampler.take())
        const all = told.flatMap(({ activities }) => [...activities.activities])
        return all.length > ENOUGH_SAMPLES && kinds.every((kind) => all.includes(kind))
      })
      program.finish()
      const truth = await program.truth
      sampler.dispose()
      expect(new Set(told.map(({ reading, reason }) => `${reading}${reason}`))).toEqual(
        new Set(['measured']),
      )
      const waits = told.flatMap(({ activities }) =>
        Array.from(activities.times, (time, index) => ({
          time,
          state: threads.find(({ id }) => id === activities.threads[index])?.state,
          activity: activities.activities[index],
        })),
      )
      const forGil = waits.filter(({ activity }) => activity === Activity.waitsForGil)
      const wrong = forGil.filter(({ time, state }) => truth.whoHeld(time) === state)
      // The system is asked right after the clock, and may answer after an interruption.
      expect(wrong.length).toBeLessThanOrEqual(Math.max(2, forGil.length * 0.1))
    })
  },
  withGil,
)
