/** What hosts say of a run before its process has said anything. */
import { nanoseconds } from '../core/units.ts'
import type { RunRequest, RunStatus } from './contract.ts'
import type { RecordingHead } from './recording-check.ts'
import { requestIn } from './recorded.ts'

export const initialStatus = (request: RunRequest): RunStatus => ({
  state: 'starting',
  request,
  done: 0,
  total: 0,
  unit: '',
  section: 0,
  sections: 0,
  elapsed: nanoseconds(0),
  newest: nanoseconds(0),
  events: 0,
  eventRate: 0,
  dropped: 0,
  tracerShare: 0,
})

/** Of a recording that is being read: its progress is counted in bytes. */
export const openingStatus = (
  path: string,
  { bytes, metadata }: RecordingHead,
  isCopy: boolean,
): RunStatus => ({
  ...initialStatus(requestIn(metadata)),
  total: bytes,
  unit: 'bytes',
  recording: { path, bytes, opened: true, ...(isCopy && { copy: true }) },
})
