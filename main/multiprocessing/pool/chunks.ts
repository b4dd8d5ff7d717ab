/** How many calls travel together. */
import { ValueError } from '../../threading/errors.ts'

/** CPython's rule for map and starmap: about four tasks for each worker. */
export function defaultChunksize(length: number, workers: number): number {
  const chunksize = Math.floor(length / (workers * 4))
  return length % (workers * 4) === 0 ? chunksize : chunksize + 1
}

/** @throws ValueError in CPython's words. */
export function checkChunksize(chunksize: number): number {
  if (!(chunksize >= 1)) throw new ValueError(`Chunksize must be 1+, not ${chunksize}`)
  if (!Number.isSafeInteger(chunksize))
    throw new ValueError(`Chunksize must be an integer, not ${chunksize}`)
  return chunksize
}
