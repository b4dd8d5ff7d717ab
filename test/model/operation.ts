/** What a thread does to shared memory, one scheduling point each. */

export type OperationKind =
  | 'load'
  | 'store'
  | 'add'
  | 'sub'
  | 'and'
  | 'or'
  | 'xor'
  | 'exchange'
  | 'compareExchange'
  | 'wait'
  | 'notify'
  /** Plain accesses: of a word, or of one byte of it. */
  | 'read'
  | 'write'
  | 'writeByte'
  /** Looks at the thread's clock. */
  | 'clock'
  /** How many sleep on the word: asked by a body, not by the source. */
  | 'asleep'

export interface Operation {
  readonly kind: OperationKind
  /** Number of the word in the model's memory; -1: none. */
  readonly word: number
  /** Operand; of a wait, its timeout in milliseconds; of a notify, how many. */
  readonly value: number
  /** Of compareExchange and wait: what the word must be. Of writeByte: which byte. */
  readonly expected: number
}

/**
 * What the operation leaves in the word, as Atomics does it.
 * @returns undefined when it leaves the word alone.
 */
export function written(operation: Operation, before: number): number | undefined {
  const { value, expected } = operation
  switch (operation.kind) {
    case 'store':
    case 'write':
    case 'exchange':
      return value | 0
    case 'add':
      return (before + value) | 0
    case 'sub':
      return (before - value) | 0
    case 'and':
      return before & value
    case 'or':
      return before | value
    case 'xor':
      return before ^ value
    case 'compareExchange':
      return before === (expected | 0) ? value | 0 : undefined
    case 'writeByte':
      return (before & ~(0xff << (expected * 8))) | ((value & 0xff) << (expected * 8))
    case 'load':
    case 'read':
    case 'wait':
    case 'notify':
    case 'clock':
    case 'asleep':
      return undefined
  }
}
