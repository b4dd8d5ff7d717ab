import { conformance } from './conformance.ts'
import * as locals from './programs/locals.ts'

conformance('locals', locals)
