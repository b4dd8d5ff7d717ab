import { conformance } from './conformance.ts'
import * as locks from './programs/locks.ts'

conformance('locks', locks)
