import { conformance } from './conformance.ts'
import * as events from './programs/events.ts'

conformance('events', events)
