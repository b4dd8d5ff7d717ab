import { failure, refusal, type Refusal, type Result } from '../core/result.ts'
import type { RunInfo } from './contract.ts'
import type { RunService } from './service.ts'

/**
 * Opens a recording that a page names: only what the service lists, and what is open already. A
 * page has no other way to a path of this machine than the system's dialog, the file that a user
 * drops, or the command line.
 */
export async function openListed(
  service: RunService,
  path: unknown,
): Promise<Result<RunInfo, Refusal>> {
  return listed(service, path, (known) => service.open(known))
}

/** The same for one that is only to be compared. */
export async function openListedGuest(
  service: RunService,
  path: unknown,
): Promise<Result<RunInfo, Refusal>> {
  return listed(service, path, (known) => service.openGuest(known))
}

async function listed(
  service: RunService,
  path: unknown,
  open: (path: string) => Promise<Result<RunInfo, Refusal>>,
): Promise<Result<RunInfo, Refusal>> {
  const known = [
    ...(await service.recordings()).map((recording) => recording.path),
    ...[...service.runs(), ...service.guests()].map(({ status }) => status.recording?.path),
  ]
  if (typeof path === 'string' && known.includes(path)) return open(path)
  return failure(
    refusal(
      'usage',
      'This is no recording of the recordings folder.',
      'Choose one of the list, or open the file itself.',
    ),
  )
}
