/**
 * What `npm run bench` measures: every file test/bench/*.bench.ts exports
 * `rows: readonly BenchRow[]`. Each file runs in a process of its own, its rows one after another.
 */
export interface BenchRow {
  /** What is measured, as the table names it; `--only` picks rows whose name contains its text. */
  readonly name: string
  /** `ns`, `events/s`, `%`, … */
  readonly unit: string
  /** Measured only when `--only` asks for it: takes long, or needs the network. */
  readonly optIn?: true
  /**
   * Measures in this same process, side by side with the peer where there is one.
   * @returns undefined: this machine lacks what it measures, and it has said so.
   */
  run(context: BenchContext): BenchResult | undefined | Promise<BenchResult | undefined>
}

export interface BenchContext {
  /** Absolute folder of the built program: `main`, `preload` and `renderer` are in it. */
  readonly out: string
}

export interface BenchResult {
  /** The median. */
  readonly value: number
  /** What it is compared with, measured in the same run; the table shows value ÷ peer. */
  readonly peers?: readonly BenchPeer[]
  /** Whatever else was counted, such as drops; shown below the table. */
  readonly note?: string
}

export interface BenchPeer {
  readonly name: string
  /** The median, in the row's unit. */
  readonly value: number
}
