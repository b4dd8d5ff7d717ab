import type { RunSummary } from './contract.ts'
import type { RelayedPort } from './service.ts'
import { decodeFromRun, encodeMessage } from './wire.ts'

const TIMEOUT = 10_000

/** Asks a run that is over for its summary; undefined when its process goes before it answers. */
export async function askSummary(port: RelayedPort): Promise<RunSummary | undefined> {
  try {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the run did not answer')), TIMEOUT)
      const settle = (summary: RunSummary | undefined) => {
        clearTimeout(timer)
        resolve(summary)
      }
      port.onClose(() => settle(undefined))
      port.onMessage((bytes) => {
        const message = decodeFromRun(bytes)
        // `summary` answers a RunSummary or null: contract.ts, Queries.
        if (message.type === 'answer') settle((message.answer as RunSummary | null) ?? undefined)
        if (message.type === 'refused') settle(undefined)
      })
      port.send(encodeMessage({ type: 'query', id: 1, name: 'summary', query: {} }))
    })
  } finally {
    port.dispose()
  }
}
