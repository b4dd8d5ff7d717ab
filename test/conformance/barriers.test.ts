import { conformance } from './conformance.ts'
import * as barriers from './programs/barriers.ts'

conformance('barriers', barriers)
