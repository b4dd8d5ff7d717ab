import { isUtf8 } from 'node:buffer'
import type { Readable } from 'node:stream'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'

/** As much as a request takes (demos/check-python.ts). */
export const LONGEST_INPUT = 2 ** 20
const PATIENCE_MILLISECONDS = 2_000

/**
 * All of it, as the program's whole input. A terminal's is not taken: it would never end.
 * @param onWait is told once if the end is long in coming.
 */
export async function readInput(
  stream: Readable & { readonly isTTY?: boolean },
  onWait: () => void,
): Promise<Result<string, Refusal>> {
  if (stream.isTTY === true) return success('')
  const chunks: Buffer[] = []
  let length = 0
  const patience = setTimeout(onWait, PATIENCE_MILLISECONDS)
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > LONGEST_INPUT) return refused('has more than 1 MiB')
      chunks.push(chunk)
    }
  } finally {
    clearTimeout(patience)
  }
  const input = Buffer.concat(chunks)
  return isUtf8(input) ? success(input.toString('utf8')) : refused('is not UTF-8')
}

const refused = (what: string): Result<never, Refusal> =>
  failure(refusal('usage', `Standard input ${what}.`, 'Let the program read a file instead.'))
