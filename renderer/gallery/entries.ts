import type { Entry } from './entry.ts'
import { SESSION_ENTRIES } from './session-entries.ts'
import { TIMELINE_ENTRIES } from './timeline-entries.ts'

export const ENTRIES: readonly Entry[] = [
  { kind: 'sheet', id: 'states', title: 'States and figures', width: 640, height: 360 },
  ...TIMELINE_ENTRIES,
  ...SESSION_ENTRIES,
]
