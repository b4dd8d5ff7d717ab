/** utilityProcess.fork over child_process.fork; utility-boot.ts is the other half. */
import { fork, type ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { statSync } from 'node:fs'
import { decode, encode } from './clone.ts'
import { Link } from './link.ts'
import type { UtilityMessage } from './messages.ts'
import { release } from './ports.ts'
import { observations, state } from './state.ts'

const REGISTER = new URL('./register.mjs', import.meta.url).href

type Stdio = 'pipe' | 'ignore' | 'inherit'

export interface ForkOptions {
  readonly serviceName?: string
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  readonly execArgv?: readonly string[]
  readonly stdio?: Stdio | readonly [stdin: 'ignore', stdout: Stdio, stderr: Stdio]
}

export class UtilityProcess extends EventEmitter {
  readonly serviceName: string
  readonly stdout: ChildProcess['stdout']
  readonly stderr: ChildProcess['stderr']
  /** Undefined before `spawn` and after `exit`. */
  pid: number | undefined
  readonly #child: ChildProcess
  readonly #link: Link

  constructor(path: string, args: readonly string[], options: ForkOptions) {
    super()
    statSync(path)
    const { serviceName = 'Node Utility Process', env = process.env, stdio = 'inherit' } = options
    const [, output, errors] = typeof stdio === 'string' ? [stdio, stdio, stdio] : stdio
    this.serviceName = serviceName
    this.#child = fork(path, [...args], {
      env: { ...env, STANDIN_UTILITY: '1' },
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      execArgv: [...(options.execArgv ?? []), '--import', REGISTER],
      stdio: ['ignore', output, errors, 'ipc'],
    })
    this.stdout = this.#child.stdout
    this.stderr = this.#child.stderr
    this.#link = new Link((message) => this.#send(message))
    state.utilities.add(this)
    this.#child.once('spawn', () => {
      this.pid = this.#child.pid
      this.emit('spawn')
    })
    this.#child.on('message', (message: UtilityMessage) => {
      if (message.op === 'message') this.emit('message', decode(message.clone))
      else this.#link.receive(message)
    })
    this.#child.once('error', (error) => {
      observations.faults.push(`utility process: ${error.message}`)
    })
    this.#child.once('exit', (code, signal) => this.#exited(code, signal))
  }

  postMessage(message: unknown, transfer?: unknown): void {
    const clone = encode(message)
    const ports = release(transfer).map((port) => this.#link.give(port))
    this.#send({ op: 'message', clone, ports })
  }

  kill(): boolean {
    return this.pid !== undefined && this.#child.kill('SIGTERM')
  }

  #send(message: UtilityMessage): void {
    // What is sent to a process that has gone is lost, as in Electron.
    if (this.#child.connected) this.#child.send(message, () => undefined)
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    this.pid = undefined
    this.#link.drop()
    state.utilities.delete(this)
    // On POSIX Electron reports the SIGTERM of kill() as exit code 0.
    this.emit('exit', code ?? (signal === 'SIGTERM' ? 0 : 1))
  }
}

export const utilityProcess = {
  fork(path: string, args: readonly string[] = [], options: ForkOptions = {}): UtilityProcess {
    if (!state.ready) {
      throw new Error('utilityProcess cannot be created before app is ready.')
    }
    return new UtilityProcess(path, args, options)
  },
}
