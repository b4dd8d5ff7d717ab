import { conformance } from './conformance.ts'
import * as conditions from './programs/conditions.ts'

conformance('conditions', conditions)
