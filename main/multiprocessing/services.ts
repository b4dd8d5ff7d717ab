/** Everything that threads of a run may call in its runner. */
import type { CallServer } from './calls/call-server.ts'
import { LEASES } from './synchronize/lease-hub.ts'
import { leaseService } from './synchronize/lease-service.ts'

export function registerServices(server: CallServer): void {
  server.register(LEASES, leaseService(server))
}
