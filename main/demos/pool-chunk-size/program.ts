import { currentProcess, Pool, Semaphore, withPool } from '../../multiprocessing/index.ts'
import { checkpoint, perfCounter, print } from '../../threading/index.ts'

type Parameters = {
  workers: number
  items: number
  pieces: number
  uneven: number
  chunksize: number
}
/** Which worker made the call, how long it took, when it was over. */
type Call = readonly [worker: string, took: number, end: number]

/** Arithmetic steps of one piece of work: about as long as the Python twin's 2,500. */
const PIECE = 150_000

/** What a call works: every worker is told once, before its first task. */
const call = { items: 0, pieces: 0, uneven: 0 }

/** Kept where the compiler cannot see that nobody reads it, so that it does the work. */
export const result = { value: 0 }

export function setUp(ready: Semaphore, items: number, pieces: number, uneven: number): void {
  Object.assign(call, { items, pieces, uneven })
  ready.release()
}

/** The last item costs `uneven` times as much as the first one, and all together as if all were alike. */
function stepsOf(item: number): number {
  const { items, pieces, uneven } = call
  const place = items > 1 ? item / (items - 1) : 0.5
  return Math.round((PIECE * pieces * (1 + (uneven - 1) * place)) / ((1 + uneven) / 2))
}

export function f(item: number): Call {
  const start = perfCounter()
  let value = item
  for (let step = stepsOf(item); step > 0; step -= 1)
    value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0
  result.value = value
  checkpoint(1)
  const end = perfCounter()
  return [currentProcess().name, end - start, end]
}

function report(calls: readonly Call[], start: number, end: number): void {
  const ms = (seconds: number): string => (seconds * 1_000).toFixed(3)
  for (const worker of new Set(calls.map(([name]) => name))) {
    const own = calls.filter(([name]) => name === worker)
    const busy = own.reduce((sum, [, took]) => sum + took, 0)
    const done = Math.max(...own.map(([, , over]) => over)) - start
    print(`${worker}: ${own.length} calls, busy ${ms(busy)} ms, done after ${ms(done)} ms`)
  }
  print(`mapped ${calls.length} calls in ${ms(end - start)} ms`)
}

function run(parameters: Parameters, chunksize: number | undefined): void {
  const { workers, items, pieces, uneven } = parameters
  const ready = new Semaphore(0)
  const pool = new Pool(workers, { initializer: setUp, initargs: [ready, items, pieces, uneven] })
  withPool(pool, (p) => {
    // How long the workers take to start is not what is asked here.
    for (let worker = 0; worker < workers; worker += 1) ready.acquire()
    const values = Array.from({ length: items }, (_, index) => index)
    const start = perfCounter()
    const calls = p.map(f, values, chunksize)
    report(calls, start, perfCounter())
  })
}

// chunks as long as the form says
export function chunks(parameters: Parameters): void {
  run(parameters, parameters.chunksize)
}

// CPython's rule: four chunks for each worker, and one more where that does not come out even
export function rule(parameters: Parameters): void {
  run(parameters, undefined)
}
