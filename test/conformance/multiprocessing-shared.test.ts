import { processConformance } from './processes.ts'
import * as program from './programs/multiprocessing-shared.ts'

processConformance('multiprocessing-shared', program)
