import { processConformance } from './processes.ts'
import * as program from './programs/multiprocessing-context.ts'

processConformance('multiprocessing-context', program)
