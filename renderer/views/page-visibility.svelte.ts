import { createSubscriber } from 'svelte/reactivity'
import { on } from 'svelte/events'

const subscribe = createSubscriber((update) => on(document, 'visibilitychange', update))

/** Whether anybody can see this window; reactive. */
export const page = {
  get isHidden(): boolean {
    subscribe()
    return document.hidden
  },
}
