/** Interpreters, scripts and folders of demos: files that are run, so no page can name one that its user did not choose. */
import { dialog, type BrowserWindow, type OpenDialogOptions } from 'electron'
import { failure, refusal, type Refusal, type Result } from '../core/result.ts'
import type { Interpreter, OwnDemos, RunInfo, ScriptFile } from '../run/contract.ts'
import type { RunService } from '../run/service.ts'

const NOT_CHOSEN = refusal(
  'usage',
  'This script was not chosen by you.',
  'Choose it with Open Python Script.',
)

/** Of one window, for as long as it is open. */
export class ChosenFiles {
  readonly #window: BrowserWindow
  readonly #service: RunService
  readonly #scripts = new Set<string>()
  /** Named on the command line or by the system: the answer to the next question for a script. */
  #waiting: string | undefined

  constructor(window: BrowserWindow, service: RunService) {
    this.#window = window
    this.#service = service
  }

  /** @param path as the system or the command line names it */
  scriptFromOutside(path: string): void {
    this.#waiting = path
  }

  /** @returns undefined: none was chosen. */
  async interpreter(): Promise<Result<Interpreter, Refusal> | undefined> {
    // No filter: an interpreter's name has no extension but on Windows.
    const path = await this.#choose([])
    return path === undefined ? undefined : this.#service.addInterpreter(path)
  }

  /** What is in the folder is run when it is loaded: no page can name one. */
  async demos(): Promise<Result<OwnDemos, Refusal> | undefined> {
    const path = await this.#show({ properties: ['openDirectory', 'createDirectory'] })
    return path === undefined ? undefined : this.#service.useOwnDemos(path)
  }

  /**
   * @param path one that was chosen before, to be looked at again; undefined: the dialog is shown
   * @returns undefined: none was chosen.
   */
  async script(path: unknown): Promise<Result<ScriptFile, Refusal> | undefined> {
    if (path !== undefined)
      return typeof path === 'string' && (await this.#isAllowed(path))
        ? this.#service.examineScript(path)
        : failure(NOT_CHOSEN)
    const outside = this.#waiting
    this.#waiting = undefined
    const chosen =
      outside ?? (await this.#choose([{ name: 'Python script', extensions: ['py', 'pyw'] }]))
    if (chosen === undefined) return undefined
    const examined = await this.#service.examineScript(chosen)
    if (examined.ok) this.#scripts.add(examined.value.path)
    return examined
  }

  /** A request from the page. The service checks the rest of it. */
  async start(request: unknown): Promise<Result<RunInfo, Refusal>> {
    const path = scriptIn(request)
    if (path !== undefined && !(await this.#isAllowed(path))) return failure(NOT_CHOSEN)
    return this.#service.start(request)
  }

  /** Chosen here, or agreed to in an earlier session and unchanged since. */
  async #isAllowed(path: unknown): Promise<boolean> {
    if (typeof path !== 'string') return false
    if (this.#scripts.has(path)) return true
    const examined = await this.#service.examineScript(path)
    return examined.ok && examined.value.consented
  }

  #choose(filters: readonly { name: string; extensions: string[] }[]): Promise<string | undefined> {
    return this.#show({
      filters: [...filters, { name: 'All files', extensions: ['*'] }],
      properties: ['openFile'],
    })
  }

  async #show(options: OpenDialogOptions): Promise<string | undefined> {
    const { canceled, filePaths } = await dialog.showOpenDialog(this.#window, options)
    return canceled ? undefined : filePaths[0]
  }
}

/** Undefined: it names none. */
function scriptIn(request: unknown): unknown {
  if (typeof request !== 'object' || request === null || !('script' in request)) return undefined
  const { script } = request
  if (script === undefined) return undefined
  return typeof script === 'object' && script !== null && 'path' in script ? script.path : null
}
