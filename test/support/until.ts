/** Resolves once the condition holds. @throws Error naming it when that takes longer than `within` ms. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  within = 60_000,
): Promise<void> {
  const deadline = Date.now() + within
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${within} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
