/** Where the timeline gets its pixels from: a run's port, or a made-up trace in the gallery. */
import type { Answer, Query, QueryName } from '../../main/run/contract.ts'

export interface TraceSource {
  /** Rejects when the run is gone or refuses the query. */
  ask<Name extends QueryName>(name: Name, query: Query<Name>): Promise<Answer<Name>>
}
