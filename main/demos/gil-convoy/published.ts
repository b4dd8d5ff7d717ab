/** What others measured and published about a thread that answers against threads that compute. */

/**
 * Victor Skvortsov, "Python behind the scenes #13: the GIL and its effects on Python
 * multithreading", 2021: answers per second of an echo server of threads under CPython 3.9, which a
 * client asks without a pause, by switch interval (ms) and computing threads. Two waits for the GIL
 * for each answer: recv and send.
 */
const ANSWERS_PER_SECOND: Readonly<Record<number, readonly [number, number, number]>> = {
  10: [30_000, 50, 30],
  5: [30_000, 100, 50],
  1: [30_000, 500, 280],
  0.1: [30_000, 3_200, 1_700],
  0.01: [30_000, 11_000, 5_500],
}

/**
 * @param interval switch interval, milliseconds.
 * @returns nanoseconds for each answer; undefined: nobody published it for these.
 */
export function publishedAnswer(threads: number, interval: number): number | undefined {
  const rate = ANSWERS_PER_SECOND[interval]?.[threads]
  return rate === undefined ? undefined : 1e9 / rate
}

export const SOURCES: readonly string[] = [
  'Published: David Beazley, “Understanding the Python GIL”, PyCon 2010, and his bpo-7946 of the same year, “Convoy effect with I/O bound threads and New GIL”: after each call that may block, the thread waits for the switch interval before it may ask for the GIL.',
  'CPython’s Tools/ccbench (Antoine Pitrou, 2010) measures it as is done here: pings from another process, with pauses, against none, one, two computing threads.',
]

export const ANSWERS_SOURCE = 'Victor Skvortsov, “Python behind the scenes #13”, 2021, CPython 3.9'
