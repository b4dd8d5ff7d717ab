import { processConformance } from './processes.ts'
import * as program from './programs/multiprocessing-connection.ts'

processConformance('multiprocessing-connection', program)
