import { conformance } from './conformance.ts'
import * as simpleQueues from './programs/simple-queues.ts'

conformance('simple-queues', simpleQueues)
