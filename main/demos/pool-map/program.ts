import { Pool, withPool } from '../../multiprocessing/index.ts'
import { checkpoint, perfCounter, print } from '../../threading/index.ts'

type Parameters = { workers: number; items: number; work: number }

/** How long a call works: every worker is told once, before its first task. */
const call = { seconds: 0 }

export function setUp(milliseconds: number): void {
  call.seconds = milliseconds / 1_000
}

function doSomeThing(): void {
  const end = perfCounter() + call.seconds
  while (perfCounter() < end);
  checkpoint(1)
}

export function f(x: number): number {
  doSomeThing()
  return x
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index)

const poolOf = ({ workers, work }: Parameters): Pool =>
  new Pool(workers, { initializer: setUp, initargs: [work] })

// method 1
export function method1(parameters: Parameters): void {
  const p = poolOf(parameters)
  p.map(f, range(parameters.items))
  p.close()
  p.join()
}

// method 2
export function method2(parameters: Parameters): void {
  withPool(poolOf(parameters), (p) => {
    p.map(f, range(parameters.items))
  })
}

/** The first three and the last. */
const shortened = (res: readonly number[]): string =>
  (res.length > 4 ? [...res.slice(0, 3), '...', res.at(-1)] : res).join(', ')

// with return values
export function results(parameters: Parameters): void {
  withPool(poolOf(parameters), (p) => {
    const res = p.map(f, range(parameters.items))
    print(`res: [${shortened(res)}]`)
    print('results:', res.length)
    print('in order:', String(res.every((value, index) => value === index)))
  })
}
