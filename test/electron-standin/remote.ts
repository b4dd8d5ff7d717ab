/** Between a test and the stand-in's main process. */
export interface ToStandin {
  readonly id: number
  readonly source: string
  readonly argument: unknown
}
export type FromStandin =
  | { readonly type: 'window'; readonly debuggerUrl: string }
  | { readonly type: 'value'; readonly id: number; readonly value: unknown }
  | { readonly type: 'error'; readonly id: number; readonly message: string }
