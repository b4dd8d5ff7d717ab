/** Random numbers that a seed repeats (mulberry32, by Tommy Ettinger). */
export interface Random {
  /** From 0 up to, and without, `limit`. */
  below(limit: number): number
  /** True once in `times`. */
  oneIn(times: number): boolean
  pick<Item>(items: readonly [Item, ...Item[]]): Item
  /** In another order. */
  shuffled<Item>(items: readonly Item[]): Item[]
}

/** @param parts whose seeds differ in any of these get different numbers. */
export function randomOf(...parts: readonly number[]): Random {
  let state = 0
  for (const part of parts) state = Math.imul(state ^ part, 0x9e37_79b1) ^ (state >>> 15)
  const next = (): number => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    oneIn: (times) => below(times) === 0,
    pick: (items) => items[below(items.length)] ?? items[0],
    shuffled(items) {
      const keyed = items.map((item) => ({ item, key: next() }))
      return keyed.sort((one, other) => one.key - other.key).map(({ item }) => item)
    },
  }
}
