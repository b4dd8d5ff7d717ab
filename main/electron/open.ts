/** Files that the user chooses in the system's dialog, or hands over outside of the window. */
import { basename, resolve } from 'node:path'
import { app, dialog, type BrowserWindow } from 'electron'
import { failure, refusal, type Refusal, type Result } from '../core/result.ts'
import type { RunInfo } from '../run/contract.ts'
import { openListed } from '../run/open-listed.ts'
import type { RunService } from '../run/service.ts'

type Opened = Result<RunInfo, Refusal>

const EXTENSION = 'ilv'

/** @param path one of the list; undefined: the dialog is shown. @returns undefined: none was chosen. */
export async function openFromPage(
  window: BrowserWindow,
  service: RunService,
  path: unknown,
): Promise<Opened | undefined> {
  if (path !== undefined) return openListed(service, path)
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    filters: [{ name: 'Interleave recording', extensions: [EXTENSION] }],
    properties: ['openFile'],
  })
  const [chosen] = filePaths
  return canceled || chosen === undefined ? undefined : service.open(chosen)
}

/** @param path where the preload found the dropped file: the page itself cannot name one. */
export function openDropped(service: RunService, path: unknown): Promise<Opened> {
  if (typeof path === 'string' && path !== '') return service.open(path)
  const refused = refusal(
    'usage',
    'What was dropped is no file of this machine.',
    'Drop an .ilv file, or choose it with Open Recording.',
  )
  return Promise.resolve(failure(refused))
}

export const isScript = (path: string): boolean => /\.pyw?$/i.test(path)

const isRecording = (path: string): boolean =>
  basename(path).toLowerCase().endsWith(`.${EXTENSION}`)

/** The recording or script among the arguments that a process was started with; undefined: there is none. */
function fileIn(args: readonly string[], folder: string): string | undefined {
  const file = args.find((each) => !each.startsWith('-') && (isRecording(each) || isScript(each)))
  return file === undefined ? undefined : resolve(folder, file)
}

/**
 * Calls `open` with each file that is opened from outside: by this start, by a later one, or by the
 * system (macOS), whose wish may come before the app is ready.
 */
export class OutsideFiles {
  #open: ((path: string) => void) | undefined
  #waiting = fileIn(process.argv.slice(1), process.cwd())

  constructor() {
    app.on('open-file', (event, path) => {
      event.preventDefault()
      this.#found(path)
    })
    app.on('second-instance', (_event, args, folder) => {
      const path = fileIn(args.slice(1), folder)
      if (path !== undefined) this.#found(path)
    })
  }

  handTo(open: (path: string) => void): void {
    this.#open = open
    if (this.#waiting !== undefined) open(this.#waiting)
    this.#waiting = undefined
  }

  #found(path: string): void {
    if (this.#open === undefined) this.#waiting = path
    else this.#open(path)
  }
}
