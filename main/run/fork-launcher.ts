import { fork, spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { disposable } from '../core/disposables.ts'
import { Emitter } from '../core/emitter.ts'
import type { LaunchedProcess, ProcessEntries, ProcessExit, ProcessLauncher } from './process.ts'

/** Last messages arrive before the channel closes; a grandchild that inherited it must not hold up the exit. */
const LAST_WORDS_MS = 500

/**
 * Forks plain Node processes, for the web host and the command line. On POSIX systems each leads a
 * process group of its own: Ctrl-C in a terminal reaches the host alone, which ends its runs in
 * order, and a kill takes along whatever the process started.
 *
 * @param output Descriptor that what a process writes itself (`console.log`) goes to. By default
 * standard error: the host's own standard output is for its results alone.
 */
export function createForkLauncher(entries: ProcessEntries, output: 1 | 2 = 2): ProcessLauncher {
  return {
    fork(entry, args) {
      const path = entries[entry] ?? ''
      return existsSync(path) ? launch(path, args, output) : notLaunched(`there is no file ${path}`)
    },
  }
}

/** Where Node itself would only print a stack and exit. */
function notLaunched(error: string): LaunchedProcess {
  const nothing = disposable(() => undefined)
  return {
    pid: undefined,
    post: () => undefined,
    onMessage: () => nothing,
    onSpawn: () => nothing,
    onExit(listener) {
      queueMicrotask(() => listener({ code: undefined, signal: undefined, error }))
      return nothing
    },
    terminate: () => undefined,
    kill: () => undefined,
  }
}

function launch(path: string, args: readonly string[], output: number): LaunchedProcess {
  const child = fork(path, [...args], {
    detached: process.platform !== 'win32',
    serialization: 'advanced',
    execArgv: ['--enable-source-maps'],
    stdio: ['ignore', output, 2, 'ipc'],
  })
  const messages = new Emitter<unknown>()
  const spawns = new Emitter<number>()
  const exits = new Emitter<ProcessExit>()
  let exit: ProcessExit | undefined
  let ended = false

  const finish = (how: ProcessExit): void => {
    if (exit !== undefined) return
    exit = how
    exits.emit(how)
    exits.dispose()
    messages.dispose()
    spawns.dispose()
  }
  child.once('spawn', () => {
    if (child.pid !== undefined) spawns.emit(child.pid)
  })
  child.on('message', (message) => messages.emit(message))
  child.once('exit', (code, signal) => {
    ended = true
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
    const how = { code: code ?? undefined, signal: signal ?? undefined }
    if (!child.connected) return finish(how)
    child.once('disconnect', () => finish(how))
    setTimeout(() => finish(how), LAST_WORDS_MS).unref()
  })
  child.on('error', (error) => {
    // Not spawned at all; other errors are followed by an exit.
    if (child.pid === undefined)
      finish({ code: undefined, signal: undefined, error: error.message })
  })

  return {
    get pid() {
      return ended ? undefined : child.pid
    },
    post(message, ports = []) {
      if (ports.length > 0) throw new TypeError('a forked process cannot be given ports')
      // The callback keeps the EPIPE of a process that has just ended from being thrown.
      if (child.connected) child.send(message as object, () => undefined)
    },
    onMessage: (listener) => messages.on(listener),
    onSpawn: (listener) => spawns.on(listener),
    onExit(listener) {
      if (exit === undefined) return exits.on(listener)
      const how = exit
      queueMicrotask(() => listener(how))
      return disposable(() => undefined)
    },
    terminate: () => end(child, ended, 'SIGTERM'),
    kill: () => end(child, ended, 'SIGKILL'),
  }
}

function end(child: ChildProcess, ended: boolean, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (ended || child.pid === undefined) return
  if (process.platform !== 'win32') return signalGroup(child.pid, signal)
  // Windows knows no groups: /t ends the tree that hangs on the process.
  if (signal === 'SIGKILL') {
    spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' }).on(
      'error',
      () => child.kill('SIGKILL'),
    )
  } else child.kill(signal)
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  if (process.platform === 'win32') return
  try {
    process.kill(-leader, signal)
  } catch (error) {
    // Nobody is left in the group.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
