import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import { createForkLauncher } from '../../main/run/fork-launcher.ts'
import { createRunService } from '../../main/run/run-service.ts'
import type { RelayedPort } from '../../main/run/service.ts'
import { decodeFromRun, encodeMessage } from '../../main/run/wire.ts'
import { until } from '../support/until.ts'

const WINDOWS = 100
/** Open at once, of each window. */
const QUESTIONS = 200

/** Asks for the whole run as wide as a window, again with every answer. */
function watch(port: RelayedPort): () => number {
  let answered = 0
  let tracks: readonly number[] = []
  let newest = 1e6
  const ask = (id: number) => {
    const query = { from: nanoseconds(0), to: nanoseconds(newest), width: 1_280, tracks }
    port.send(encodeMessage({ type: 'query', id, name: 'view', query }))
  }
  port.onMessage((bytes) => {
    const message = decodeFromRun(bytes)
    if (message.type === 'tracks') tracks = message.tracks.map(({ id }) => id)
    if (message.type === 'status') newest = Math.max(newest, message.status.newest)
    if (message.type !== 'answer' && message.type !== 'refused') return
    if (message.type === 'answer') answered++
    ask(message.id)
  })
  for (let id = 0; id < QUESTIONS; id++) ask(id)
  return () => answered
}

test(
  'a hundred windows that ask all the time make a run lose no event',
  { timeout: 120_000 },
  async () => {
    const recordings = await mkdtemp(join(tmpdir(), 'windows-'))
    const service = createRunService({
      launcher: createForkLauncher({ runner: join(inject('bundle'), 'runner.mjs'), child: '' }),
      recordings,
      data: recordings,
      environment: { platform: 'p', node: '20', processors: 2, startedAt: '' },
    })
    try {
      const started = await service.start({
        demo: 'lock-contention',
        variant: 'one-lock',
        parameters: { threads: 4, rounds: 15_000, held: 0, outside: 0 },
        repeats: 1,
        baseline: false,
      })
      if (!started.ok) throw new Error(`${started.failure.message} ${started.failure.remedy}`)
      const { id } = started.value
      const counts = Array.from({ length: WINDOWS }, () => {
        const port = service.attach(id)
        return port === undefined ? () => 0 : watch(port)
      })
      const { status } = await service.over(id)
      expect(status).toMatchObject({ state: 'finished', dropped: 0 })
      expect(status.events).toBeGreaterThan(100_000)
      // However short the run was: nobody is forgotten while the others go on asking.
      await until('every window has an answer', () => counts.every((count) => count() > 0), 60_000)
    } finally {
      await service.dispose()
      await rm(recordings, { recursive: true })
    }
  },
)
