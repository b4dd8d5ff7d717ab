/** What is passed through queues, the same for ours and for their peers. */
export const ITEMS = {
  'a number': { count: 200_000, make: (): unknown => 42 },
  'a small object': {
    count: 50_000,
    make: (): unknown => ({ id: 7, name: 'item', values: [1, 2.5, 3] }),
  },
  '1 KiB': { count: 50_000, make: (): unknown => new Uint8Array(1024).fill(7) },
  '1 MiB': { count: 200, make: (): unknown => new Uint8Array(2 ** 20).fill(7) },
} as const
export type ItemName = keyof typeof ITEMS
