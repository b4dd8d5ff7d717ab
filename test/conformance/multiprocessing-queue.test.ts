import { processConformance } from './processes.ts'
import * as program from './programs/multiprocessing-queue.ts'

processConformance('multiprocessing-queue', program)
