export function findElectron(env?: NodeJS.ProcessEnv, folder?: string): string | undefined
export function hasDisplay(env?: NodeJS.ProcessEnv): boolean
export function obtainElectron(
  env?: NodeJS.ProcessEnv,
  folder?: string,
): Promise<{ readonly binary: string } | { readonly why: string }>
