/** Everything that threads of a run may call in its runner. */
import type { CallServer } from './calls/call-server.ts'
import { MANAGERS, managerService } from './managers/manager-service.ts'
import { SHARED, SharedService } from './sharedctypes/shared-service.ts'
import { BARRIERS, barrierService } from './synchronize/barrier-service.ts'
import { CONDITIONS, conditionService } from './synchronize/condition-service.ts'
import { EVENTS, eventService } from './synchronize/event-service.ts'
import { LEASES } from './synchronize/lease-hub.ts'
import { leaseService } from './synchronize/lease-service.ts'
import { SEMAPHORES, semaphoreService } from './synchronize/semaphore-service.ts'

export interface Services {
  readonly shared: SharedService
}

export function registerServices(server: CallServer): Services {
  const shared = new SharedService()
  server.register(SHARED, shared)
  server.register(LEASES, leaseService(server))
  server.register(SEMAPHORES, semaphoreService())
  server.register(EVENTS, eventService())
  server.register(CONDITIONS, conditionService())
  server.register(BARRIERS, barrierService())
  server.register(MANAGERS, managerService())
  return { shared }
}
