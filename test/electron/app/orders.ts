/** First byte of a message to the test's runner; any other is sent back whole. */
export const ORDERS = { exit: 1, spawn: 2, kill: 3, closePort: 4 } as const
