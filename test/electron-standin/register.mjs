// Also `--import`ed into utility processes.
import { register } from 'node:module'
import { isMainThread } from 'node:worker_threads'

export function registerStandin() {
  register('./loader.mjs', import.meta.url)
}

if (process.env.STANDIN_UTILITY === '1' && isMainThread) {
  // Not inherited by what the utility process starts itself.
  delete process.env.STANDIN_UTILITY
  registerStandin()
  await import('./utility-boot.ts')
}
