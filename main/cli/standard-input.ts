import type { Readable } from 'node:stream'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'

/** As much as a request takes (demos/check-python.ts). */
export const LONGEST_INPUT = 2 ** 20

/** All of it, as the program's whole input. A terminal's is not taken: it would never end. */
export async function readInput(
  stream: Readable & { readonly isTTY?: boolean },
): Promise<Result<string, Refusal>> {
  if (stream.isTTY === true) return success('')
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > LONGEST_INPUT)
      return failure(
        refusal(
          'usage',
          'Standard input has more than a million characters.',
          'Let the program read a file instead.',
        ),
      )
    chunks.push(chunk)
  }
  return success(Buffer.concat(chunks).toString('utf8'))
}
