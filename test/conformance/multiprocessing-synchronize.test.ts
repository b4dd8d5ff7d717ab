import { processConformance } from './processes.ts'
import * as program from './programs/multiprocessing-synchronize.ts'

processConformance('multiprocessing-synchronize', program)
