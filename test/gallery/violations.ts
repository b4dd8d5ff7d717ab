import type { Page } from 'playwright-core'

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly help: string
    readonly nodes: readonly {
      readonly target: readonly string[]
      readonly failureSummary?: string
    }[]
  }[]
}
interface AxePage {
  readonly axe: { run(options: unknown): Promise<AxeResult> }
}

/**
 * Of the rules of WCAG 2.2 A and AA, and axe-core's own best practices, in words.
 *
 * @param onlyColours another theme changes nothing else.
 */
export async function violations(page: Page, onlyColours: boolean): Promise<readonly string[]> {
  let isDone = false
  const asked = page.evaluate(
    (rule) =>
      // axe.min.js was loaded with the page.
      (globalThis as unknown as AxePage).axe.run({
        preload: false,
        ...(rule !== undefined && { runOnly: [rule] }),
        resultTypes: ['violations'],
        rules: {
          // A view that is shown alone is no page: it has no landmarks and no headings around it.
          region: { enabled: false },
          'landmark-one-main': { enabled: false },
          'page-has-heading-one': { enabled: false },
          'heading-order': { enabled: false },
        },
      }),
    onlyColours ? 'color-contrast' : undefined,
  )
  // It waits by timers of the page's clock, which stands still.
  const passing = async () => {
    while (!isDone) await page.clock.runFor(20)
  }
  const [result] = await Promise.all([asked.finally(() => (isDone = true)), passing()])
  return result.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => {
      const why = failureSummary.split('\n').slice(1, 2).join('').trim()
      return `${id}: ${help} (${target.join(' ')}: ${why})`
    }),
  )
}
