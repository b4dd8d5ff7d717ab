import { processConformance } from './processes.ts'
import * as program from './programs/multiprocessing-process.ts'

processConformance('multiprocessing-process', program)
