import { conformance } from './conformance.ts'
import * as semaphores from './programs/semaphores.ts'

conformance('semaphores', semaphores)
