/** What the event-loop threads of processes and the call server in the runner say to each other. */

/** From a process. `call` numbers its calls; a call and a cast are `[service, method, arguments]`. */
export type ToCallServer =
  | {
      readonly type: 'call'
      readonly call: number
      /** Who calls. */
      readonly ident: number
      readonly bytes: Uint8Array
    }
  /** A call that nobody waits for. */
  | { readonly type: 'cast'; readonly ident: number; readonly bytes: Uint8Array }
  /** Nobody waits for the answer any more; an answer that is not accepted yet is undone. */
  | { readonly type: 'cancel'; readonly call: number }
  /** The caller has the answer, which could be undone until now. */
  | { readonly type: 'accept'; readonly call: number }
  /** A thread died without a word. */
  | { readonly type: 'died'; readonly ident: number }

export type FromCallServer =
  /** The value, or the error (errors.ts). */
  | {
      readonly type: 'reply'
      readonly call: number
      readonly status: AnswerStatus
      readonly bytes: Uint8Array
    }
  /** Something the process should know: `[service, ...]`. */
  | { readonly type: 'tell'; readonly bytes: Uint8Array }

export const AnswerStatus = {
  returned: 1,
  threw: 2,
  /** Returned something that goes back unless the caller accepts it. */
  granted: 3,
} as const
export type AnswerStatus = (typeof AnswerStatus)[keyof typeof AnswerStatus]

/** Kinds in the common ring of a process's threads (call-ring.ts). */
export const RequestKind = { call: 1, cast: 2, cancel: 3, accept: 4 } as const
