/** What a foreign program prints, within bounds: it may hang, print for ever, or start others. */
import { spawn, type ChildProcess } from 'node:child_process'

export interface Bounds {
  readonly milliseconds: number
  /** Of standard output and of standard error, each. */
  readonly bytes: number
  readonly environment: Readonly<NodeJS.ProcessEnv>
  /** Nobody waits for it any more: it is killed. */
  readonly signal?: AbortSignal | undefined
}

export interface Ended {
  readonly out: string
  readonly error: string
  /**
   * `code`: it ended by itself; `signal`: by somebody else; `time`, `bytes`: it went beyond a bound
   * and was killed; `start`: it could not be started; `abort`: it was asked no longer, or not at all.
   */
  readonly how: 'code' | 'signal' | 'time' | 'bytes' | 'start' | 'abort'
  /** Exit code, signal or code of the system's error. */
  readonly value: string
}

/** What it has started must not keep us waiting by holding its output open. */
const CLOSING_MILLISECONDS = 200

/**
 * Runs it without a shell and without input, in a process group of its own. When this resolves,
 * nothing of the group is left.
 */
export function boundedOutput(
  command: string,
  args: readonly string[],
  { milliseconds, bytes, environment, signal }: Bounds,
): Promise<Ended> {
  if (signal?.aborted === true)
    return Promise.resolve({ out: '', error: '', how: 'abort', value: '' })
  const isGroup = process.platform !== 'win32'
  let child: ChildProcess
  try {
    child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment },
      detached: isGroup,
      windowsHide: true,
    })
  } catch (error) {
    // A path that no system takes: with a NUL in it, too long.
    return Promise.resolve({ out: '', error: '', how: 'start', value: codeOf(error) })
  }
  const { pid } = child
  return new Promise((resolve) => {
    const chunks: Record<'out' | 'error', Buffer[]> = { out: [], error: [] }
    const lengths = { out: 0, error: 0 }
    let bound: 'time' | 'bytes' | 'abort' | undefined
    let exit: Pick<Ended, 'how' | 'value'> | undefined
    let closing: NodeJS.Timeout | undefined

    const kill = (): void => {
      try {
        if (isGroup && pid !== undefined) process.kill(-pid, 'SIGKILL')
        else child.kill('SIGKILL')
      } catch {
        // It has ended already.
      }
    }
    const stop = (reason: 'time' | 'bytes' | 'abort'): void => {
      bound ??= reason
      kill()
    }
    const timer = setTimeout(() => stop('time'), milliseconds)
    const abort = (): void => stop('abort')
    signal?.addEventListener('abort', abort)
    const finish = (): void => {
      signal?.removeEventListener('abort', abort)
      clearTimeout(timer)
      clearTimeout(closing)
      child.stdout?.destroy()
      child.stderr?.destroy()
      const text = (stream: 'out' | 'error'): string =>
        Buffer.concat(chunks[stream]).subarray(0, bytes).toString('utf8')
      const how = exit ?? { how: 'start', value: '' }
      resolve({
        out: text('out'),
        error: text('error'),
        ...(bound === undefined ? how : { how: bound, value: '' }),
      })
    }
    const collect = (stream: 'out' | 'error', chunk: Buffer): void => {
      if (lengths[stream] < bytes) chunks[stream].push(chunk)
      lengths[stream] += chunk.length
      if (lengths[stream] > bytes) stop('bytes')
    }
    child.stdout?.on('data', (chunk: Buffer) => collect('out', chunk))
    child.stderr?.on('data', (chunk: Buffer) => collect('error', chunk))
    child.on('error', (error) => {
      exit ??= { how: 'start', value: codeOf(error) }
      if (pid === undefined) finish()
    })
    child.on('exit', (code, signal) => {
      exit =
        code === null ? { how: 'signal', value: signal ?? '' } : { how: 'code', value: `${code}` }
      kill()
      closing = setTimeout(finish, CLOSING_MILLISECONDS)
    })
    child.on('close', finish)
  })
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : String(error)
