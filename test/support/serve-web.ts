/** The built web host as its own process, without a browser. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface ServedWeb {
  /** With the token in it. */
  readonly address: string
  /** Of the web host's process. */
  readonly pid: number
  /** Ends it as its user would, and waits. @returns its exit code, or the signal. */
  close(): Promise<number | string | null>
}

/**
 * @param folder with package.json and out/.
 * @throws Error when it does not start; says what it last wrote.
 */
export async function serveWeb(
  folder: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<ServedWeb> {
  const child = spawn(process.execPath, [join(folder, 'out/main/web.mjs'), '--no-open', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>
  let words = ''
  const address = await new Promise<string>((found, failed) => {
    const hear = (chunk: Buffer) => {
      words += chunk.toString()
      const [printed] = /http:\S+/.exec(words) ?? []
      if (printed !== undefined && words.includes('\n')) found(printed)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    void exited.then(([code]) => failed(new Error(`the web host ended with ${code}: ${words}`)))
  })
  return {
    address,
    pid: child.pid ?? 0,
    async close() {
      child.kill('SIGINT')
      const force = setTimeout(() => child.kill('SIGKILL'), 15_000)
      const [code, signal] = await exited
      clearTimeout(force)
      return code ?? signal
    },
  }
}
