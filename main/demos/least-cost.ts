/**
 * What a step of a demo's program takes at least, seconds: for estimates, which are lower bounds. Each
 * is about half of what was measured or less (a loop of 2 × 10⁸ steps; timeit for CPython 3.8 to 3.15),
 * so that no faster machine is wrongly refused.
 */

/** Multiply, add, wrap around, in Node: 1.04 ns measured; each step needs the one before. */
export const NODE_STEP = 0.5e-9
/** Atomics.add by one thread alone: 8.9 ns measured. */
export const NODE_ATOMIC = 2e-9
/** One turn of a loop in CPython, with an addition in it: 27 to 68 ns measured. */
export const PYTHON_TURN = 10e-9
/** A message through any queue or pipe: 0.66 µs measured for the cheapest, CPython’s queue between threads. */
export const MESSAGE = 0.2e-6
/** A byte that is copied once: 0.033 ns measured. */
export const COPIED_BYTE = 0.015e-9
