import { untrack } from 'svelte'

/** Milliseconds between two looks at something that is being dragged. */
const INTERVAL = 200

/**
 * A value that follows another at most five times a second, and always gets there in the end: for
 * what a person drags and a run is asked about. Call it while a component is being made.
 */
export function paced<Value>(value: () => Value): { readonly current: Value } {
  let current = $state.raw(untrack(value))
  let followedAt = -Infinity
  $effect(() => {
    const next = value()
    const follow = () => {
      followedAt = performance.now()
      current = next
    }
    const wait = followedAt + INTERVAL - performance.now()
    if (wait <= 0) return untrack(follow)
    const timer = setTimeout(follow, wait)
    return () => clearTimeout(timer)
  })
  return {
    get current() {
      return current
    },
  }
}
