import { conformance } from './conformance.ts'
import * as queues from './programs/queues.ts'

conformance('queues', queues)
