/** The words at the GIL's address, as FORMAT.md describes them. */

/** u64 interval, u64 last holder, i32 locked, 4 bytes, u64 switch number. */
export const GIL_WORDS_BYTES = 32

export interface GilWords {
  /** Nanoseconds. */
  readonly interval: number
  /** The PyThreadState that holds it; 0n: nobody. */
  readonly holder: bigint
  readonly switches: bigint
}

/** Microseconds: an hour. Nobody has set a longer one; what is longer is not an interval. */
const LONGEST_INTERVAL = 3_600_000_000n

/** @returns undefined when this is not a GIL: another program runs in the process now. */
export function readGilWords(bytes: Buffer): GilWords | undefined {
  const interval = bytes.readBigUInt64LE(0)
  const locked = bytes.readInt32LE(16)
  // -1: made, and not taken by anybody yet.
  if (interval === 0n || interval > LONGEST_INTERVAL || locked < -1 || locked > 1) return undefined
  return {
    interval: Number(interval) * 1000,
    holder: locked === 1 ? bytes.readBigUInt64LE(8) : 0n,
    switches: bytes.readBigUInt64LE(24),
  }
}
