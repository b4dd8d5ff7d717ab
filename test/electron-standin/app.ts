import { EventEmitter } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Chromium } from './chromium.ts'
import { cancellable } from './navigation.ts'
import { observations, state } from './state.ts'

/** The nearest folder with a package.json is the app. */
function appFolder(entry: string): string {
  let folder = dirname(entry)
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) {
    folder = dirname(folder)
  }
  return folder
}

/** STANDIN_USER_DATA, or a temporary folder that goes when the app ends. */
function userDataFolder(): string {
  const given = process.env['STANDIN_USER_DATA']
  if (given !== undefined) return given
  const folder = mkdtempSync(join(tmpdir(), 'standin-user-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

class App extends EventEmitter {
  readonly commandLine = {
    appendSwitch(): void {
      if (state.ready) throw new Error('too late for a switch')
    },
  }
  readonly #userData = userDataFolder()
  readonly #folder = appFolder(process.argv[1] ?? process.cwd())
  readonly #manifest = manifestOf(this.#folder)
  readonly #ready = new Promise<void>((resolve) => this.once('ready', () => resolve()))
  #quitting = false
  #exiting = false

  whenReady(): Promise<void> {
    return this.#ready
  }
  isReady(): boolean {
    return state.ready
  }
  get name(): string {
    return this.#manifest.productName ?? this.#manifest.name ?? 'app'
  }
  getName(): string {
    return this.name
  }
  getVersion(): string {
    return this.#manifest.version ?? ''
  }
  getAppPath(): string {
    return this.#folder
  }
  getLocale(): string {
    return 'en-US'
  }
  getPath(name: string): string {
    switch (name) {
      case 'userData':
      case 'documents':
      case 'downloads':
        return this.#userData
      case 'home':
        return homedir()
      case 'temp':
        return tmpdir()
      case 'exe':
        return process.execPath
      default:
        throw new Error(`Failed to get '${name}' path`)
    }
  }
  enableSandbox(): void {
    if (state.ready) {
      throw new Error('app.enableSandbox() can only be called before app is ready')
    }
  }

  /** A file in userData names the first process; a second one leaves a note there and is told no. */
  requestSingleInstanceLock(): boolean {
    mkdirSync(this.#userData, { recursive: true })
    const lock = join(this.#userData, 'SingletonLock')
    const note = join(this.#userData, 'SingletonNote')
    if (isHeldByAnother(lock)) {
      writeFileSync(note, JSON.stringify({ args: process.argv, folder: process.cwd() }))
      return false
    }
    writeFileSync(lock, String(process.pid))
    writeFileSync(note, '')
    watch(note, { persistent: false }, () => {
      const text = existsSync(note) ? readFileSync(note, 'utf8') : ''
      if (text === '') return
      writeFileSync(note, '')
      const { args, folder } = JSON.parse(text) as { args: string[]; folder: string }
      this.emit('second-instance', {}, args, folder)
    })
    return true
  }

  quit(): void {
    if (this.#quitting || this.#exiting) return
    if (this.#refused('before-quit')) return
    this.#quitting = true
    for (const window of [...state.windows]) {
      window.close()
      if (!window.isDestroyed()) {
        this.#quitting = false
        return
      }
    }
    if (this.#refused('will-quit')) {
      this.#quitting = false
      return
    }
    void this.exit(0)
  }

  async exit(code = 0): Promise<void> {
    if (this.#exiting) return
    this.#exiting = true
    this.emit('quit', {}, code)
    // A utility process does not outlive main.
    for (const child of state.utilities) child.kill()
    await state.chromium?.close()
    process.exit(code)
  }

  #refused(name: string): boolean {
    const event = cancellable({})
    this.emit(name, event)
    return event.defaultPrevented
  }
}

export const app = new App()

state.bus.on('window', (window) => {
  app.emit('browser-window-created', {}, window)
  app.emit('web-contents-created', {}, window.webContents)
})
state.bus.on('all-closed', () => {
  if (app.listenerCount('window-all-closed') > 0) app.emit('window-all-closed')
  else app.quit()
})
process.once('SIGTERM', () => app.quit())
process.once('SIGINT', () => app.quit())

/** Called when the entry's own top level has run, so that what must come before `ready` can. */
export async function becomeReady(): Promise<void> {
  const client = await Chromium.start()
  state.chromium = client
  client.onExit(() => {
    if (state.windows.size === 0) return
    observations.faults.push('Chromium exited')
    process.exit(70)
  })
  await client.root.send('Target.setDiscoverTargets', { discover: true })
  state.ready = true
  app.emit('will-finish-launching')
  app.emit('ready', {})
}

interface Manifest {
  readonly name?: string
  readonly productName?: string
  readonly version?: string
}

function manifestOf(folder: string): Manifest {
  const file = join(folder, 'package.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : {}
}

function isHeldByAnother(lock: string): boolean {
  try {
    const pid = Number(readFileSync(lock, 'utf8'))
    if (pid === process.pid) return false
    process.kill(pid, 0)
    return true
  } catch {
    // None, or its process has gone.
    return false
  }
}
