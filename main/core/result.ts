/** An expected outcome that may be a failure: failures that users can cause are values, bugs throw. */
export type Result<Value, Failure> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: Failure }

export const success = <Value>(value: Value): Result<Value, never> => ({ ok: true, value })
export const failure = <Failure>(reason: Failure): Result<never, Failure> => ({
  ok: false,
  failure: reason,
})

/**
 * Why something the user asked for was not done: one sentence that names the thing, and one that
 * says what to do next.
 */
export interface Refusal {
  /** `usage`: the request is wrong (exit code 2). `environment`: this machine cannot do it now. */
  readonly kind: 'usage' | 'environment'
  readonly message: string
  readonly remedy: string
  /** Id of the parameter it is about (`repeats` as well), where it is one: shown at its field. */
  readonly parameter?: string
}

export const refusal = (kind: Refusal['kind'], message: string, remedy: string): Refusal => ({
  kind,
  message,
  remedy,
})

/** For the `default` of an exhaustive switch: a compile error when a case is missing. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
