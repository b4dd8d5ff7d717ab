import { utilityProcess, type MessagePortMain } from 'electron'
import { disposable } from '../core/disposables.ts'
import { Emitter } from '../core/emitter.ts'
import type {
  LaunchedProcess,
  ProcessEntries,
  ProcessEntry,
  ProcessExit,
  ProcessLauncher,
} from '../run/process.ts'

/** Forks utility processes, which only Electron's main process can do, also on behalf of a runner. */
export function createLauncher(entries: ProcessEntries): ProcessLauncher {
  return { fork: (entry, args) => launch(entry, entries[entry] ?? '', args) }
}

function launch(entry: ProcessEntry, path: string, args: readonly string[]): LaunchedProcess {
  const child = utilityProcess.fork(path, [...args], {
    serviceName: `Interleave ${entry}`,
    execArgv: ['--enable-source-maps'],
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const messages = new Emitter<unknown>()
  const spawns = new Emitter<number>()
  const exits = new Emitter<ProcessExit>()
  let exit: ProcessExit | undefined
  let sent: 'SIGTERM' | 'SIGKILL' | undefined
  /** `child.pid` becomes undefined once it has ended; a pid that may be another's is never signalled. */
  const pid = (): number | undefined => (exit === undefined ? child.pid : undefined)

  child.on('message', (message) => messages.emit(message))
  child.once('exit', (code) => {
    exit = exitOf(code, sent)
    exits.emit(exit)
    exits.dispose()
    messages.dispose()
    spawns.dispose()
  })
  child.once('spawn', () => {
    const known = pid()
    if (known !== undefined) spawns.emit(known)
    // A kill that came before the process had a pid is made up for here.
    if (sent !== undefined) signal(sent)
  })

  function signal(name: 'SIGTERM' | 'SIGKILL'): void {
    sent = name
    const target = pid()
    if (target === undefined) return
    if (name === 'SIGTERM') child.kill()
    else killNow(target)
  }

  return {
    get pid() {
      return pid()
    },
    post(message, ports = []) {
      // Whoever passes ports on this host got them from its MessageChannelMain.
      if (exit === undefined) child.postMessage(message, [...ports] as MessagePortMain[])
    },
    onMessage: (listener) => messages.on(listener),
    onSpawn: (listener) => spawns.on(listener),
    onExit(listener) {
      if (exit === undefined) return exits.on(listener)
      const how = exit
      queueMicrotask(() => listener(how))
      return disposable(() => undefined)
    },
    terminate: () => signal('SIGTERM'),
    kill: () => signal('SIGKILL'),
  }
}

/** UtilityProcess.kill() sends SIGTERM only. The processes a runner asked for were forked by main, which kills each. */
function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // Between its end and its exit event.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/**
 * Electron reports only a number, and 0 for a process that its own SIGTERM ended: what was sent
 * tells the signal. A code of the program's own, given after it had been asked to end, is kept.
 */
function exitOf(code: number, sent: 'SIGTERM' | 'SIGKILL' | undefined): ProcessExit {
  if (sent === 'SIGKILL' || (sent === 'SIGTERM' && code === 0)) {
    return { code: undefined, signal: sent }
  }
  return { code, signal: undefined }
}
