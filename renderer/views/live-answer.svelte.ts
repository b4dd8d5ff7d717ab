import type { Answer, Query, QueryName } from '../../main/run/contract.ts'
import type { DemoRun } from '../session/demo-run.svelte.ts'
import { page } from './page-visibility.svelte.ts'

/** A question, and what else belongs to its answer. */
export interface Wanted<Name extends QueryName, About> {
  /** Made anew each time it is asked, with the run's newest event. */
  readonly query: () => Query<Name>
  readonly about: About
}

export interface Answered<Name extends QueryName, About> {
  readonly query: Query<Name>
  readonly answer: Answer<Name>
  readonly about: About
}

/**
 * The answer to what is wanted: asked at once, again a few times a second while the run goes on,
 * and not at all while nothing is wanted or nobody can see the window. The last answer stays until
 * there is another. Call it while a component is being made.
 */
export function liveAnswer<Name extends QueryName, About>(
  name: Name,
  run: () => DemoRun,
  wanted: () => Wanted<Name, About> | undefined,
): {
  readonly current: Answered<Name, About> | undefined
  /** Why there is no newer answer, in a sentence. */
  readonly failure: string | undefined
} {
  let current = $state.raw<Answered<Name, About>>()
  let failure = $state<string>()
  $effect(() => {
    const [asked, asking] = [wanted(), run()]
    if (asked === undefined || page.isHidden) return
    let isWanted = true
    const watch = asking.watch(async (client) => {
      const query = asked.query()
      try {
        const answer = await client.ask(name, query)
        if (!isWanted) return
        current = { query, answer, about: asked.about }
        failure = undefined
      } catch (error) {
        if (isWanted) failure = error instanceof Error ? error.message : String(error)
      }
    })
    return () => {
      isWanted = false
      watch.dispose()
    }
  })
  return {
    get current() {
      return current
    },
    get failure() {
      return failure
    },
  }
}
