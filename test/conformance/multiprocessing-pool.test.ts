import { processConformance } from './processes.ts'
import * as program from './programs/multiprocessing-pool.ts'

processConformance('multiprocessing-pool', program)
