/** Asks a run that a service holds. */
import type { Answer, FromRun, Query, QueryName } from '../../main/run/contract.ts'
import type { RunService } from '../../main/run/service.ts'
import { decodeFromRun, encodeMessage } from '../../main/run/wire.ts'

export async function ask<Name extends QueryName>(
  service: RunService,
  id: string,
  name: Name,
  query: Query<Name>,
): Promise<Answer<Name>> {
  const port = service.attach(id)
  if (port === undefined) throw new Error('it cannot be asked')
  try {
    return await new Promise((resolve, reject) => {
      port.onMessage((bytes) => {
        const message: FromRun = decodeFromRun(bytes)
        // The run answers a query with the type that contract.ts pairs it with.
        if (message.type === 'answer') resolve(message.answer as Answer<Name>)
        if (message.type === 'refused') reject(new Error(message.message))
      })
      // Its fields are those that contract.ts gives this query.
      port.send(
        encodeMessage({ type: 'query', id: 1, name, query } as Parameters<typeof encodeMessage>[0]),
      )
    })
  } finally {
    port.dispose()
  }
}
