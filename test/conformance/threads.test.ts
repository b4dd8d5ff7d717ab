import { conformance } from './conformance.ts'
import * as threads from './programs/threads.ts'

conformance('threads', threads)
