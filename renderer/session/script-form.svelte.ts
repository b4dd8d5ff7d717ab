import type { Refusal } from '../../main/core/result.ts'
import type { ScriptFile, ScriptTarget } from '../../main/run/contract.ts'
import type { Host } from '../hosts/host.ts'
import { parseWords, showWords } from './shell-words.ts'
import { isRecord, keep, readKept } from './storage.ts'

const KEY = 'script'

export type ScriptField = 'path' | 'arguments' | 'folder'

/** What does not hold, at its field. */
export interface ScriptComplaint {
  readonly field: ScriptField
  readonly message: string
}

const isAbsolute = (path: string): boolean => /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path)

const sentences = ({ message, remedy }: Refusal): string => `${message} ${remedy}`

/** Which script is to be run, how, and whether its user has agreed to it. */
export class ScriptForm {
  readonly #host: Host
  #path = $state('')
  #arguments = $state('')
  #folder = $state('')
  #input = $state('')
  #file = $state.raw<ScriptFile>()
  #complaint = $state.raw<ScriptComplaint>()
  #isExamining = $state(false)
  #isAsking = $state(false)
  /** SHA-256 of files that were agreed to here. */
  readonly #agreed = new Set<string>()
  /** How words are written on this machine. */
  isWindows = false

  constructor(host: Host) {
    this.#host = host
    const kept = readKept(KEY)
    if (!isRecord(kept)) return
    const text = (name: string) => (typeof kept[name] === 'string' ? kept[name] : '')
    this.#path = text('path')
    this.#arguments = text('arguments')
    this.#folder = text('folder')
  }

  get path(): string {
    return this.#path
  }
  set path(path: string) {
    if (path === this.#path) return
    // Its folder goes with it, unless another was chosen.
    if (this.#folder === this.#file?.folder) this.#folder = ''
    this.#path = path
    this.#file = undefined
    this.#changed('path')
  }
  get arguments(): string {
    return this.#arguments
  }
  set arguments(text: string) {
    this.#arguments = text
    this.#changed('arguments')
  }
  /** Where it runs. */
  get folder(): string {
    return this.#folder
  }
  set folder(folder: string) {
    this.#folder = folder
    this.#changed('folder')
  }
  /** What it reads from standard input. */
  get input(): string {
    return this.#input
  }
  set input(text: string) {
    this.#input = text
  }

  /** As the host saw it last; undefined: it has not looked at it yet. */
  get file(): ScriptFile | undefined {
    return this.#file
  }
  get complaint(): ScriptComplaint | undefined {
    return this.#complaint
  }
  get isExamining(): boolean {
    return this.#isExamining
  }
  /** It waits for its user's consent to run exactly this file. */
  get isAsking(): boolean {
    return this.#isAsking
  }
  /** File name, for titles; '' before one is chosen. */
  get name(): string {
    return this.#path.split(/[\\/]/).at(-1) ?? ''
  }
  /** `cd /folder` and the command, as they would be typed. */
  command(interpreter: string): readonly string[] {
    const parsed = parseWords(this.#arguments, this.isWindows)
    const words = [interpreter, this.#path, ...(parsed.ok ? parsed.value : [])]
    return [
      ...(this.#folder === '' ? [] : [`cd ${showWords([this.#folder], this.isWindows)}`]),
      showWords(words, this.isWindows),
    ]
  }

  /** Lets the host look at the path; without one, at what is chosen in a dialog. @returns whether it is one. */
  async examine(path?: string): Promise<boolean> {
    this.#complaint = undefined
    this.#isExamining = true
    try {
      const examined = await this.#host.chooseScript(path)
      if (examined === undefined) return false
      if (examined.ok) this.#take(examined.value, path === undefined)
      else this.#complaint = { field: 'path', message: sentences(examined.failure) }
      return examined.ok
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#complaint = { field: 'path', message }
      return false
    } finally {
      this.#isExamining = false
    }
  }

  /** Looks at the file as it is now. @returns what to run, once nothing is amiss and its user agrees. */
  async prepare(): Promise<ScriptTarget | undefined> {
    if (this.#isExamining) return undefined
    const path = this.#path.trim()
    if (path === '') return this.#complain('path', 'Name the script that is to be run.')
    if (!(await this.examine(path))) return undefined
    const file = this.#file
    if (file === undefined) return undefined
    const parsed = parseWords(this.#arguments, this.isWindows)
    if (!parsed.ok) return this.#complain('arguments', parsed.failure)
    const folder = this.#folder.trim()
    if (!isAbsolute(folder))
      return this.#complain('folder', 'Give the whole path of the folder, from its root on.')
    if (!file.consented && !this.#agreed.has(file.sha256)) {
      this.#isAsking = true
      return undefined
    }
    this.#isAsking = false
    return {
      path: file.path,
      arguments: parsed.value,
      folder,
      input: this.#input,
      consent: file.sha256,
    }
  }

  /** Its user agrees to run exactly the file that was looked at. */
  agree(): void {
    if (this.#file) this.#agreed.add(this.#file.sha256)
    this.#isAsking = false
  }

  decline(): void {
    this.#isAsking = false
  }

  /** Why the host did not start it, at the field that it is about. */
  refuse(refusal: Refusal): void {
    const words = sentences(refusal)
    const isFolder =
      /folder/i.test(words) || (words.includes(this.#folder) && !words.includes(this.#path))
    this.#complaint = { field: isFolder ? 'folder' : 'path', message: words }
  }

  /** Takes over what a run was started with. */
  adopt({ path, arguments: words, folder, input }: ScriptTarget): void {
    this.#path = path
    this.#arguments = showWords(words, this.isWindows)
    this.#folder = folder
    this.#input = input
    this.#file = undefined
  }

  #take(file: ScriptFile, isNew: boolean): void {
    if (isNew || this.#folder === '' || this.#folder === this.#file?.folder)
      this.#folder = file.folder
    this.#file = file
    this.#path = file.path
    this.#keep()
  }

  #changed(field: ScriptField): void {
    if (this.#complaint?.field === field) this.#complaint = undefined
    this.#isAsking = false
    this.#keep()
  }

  #complain(field: ScriptField, message: string): undefined {
    this.#complaint = { field, message }
  }

  #keep(): void {
    keep(KEY, { path: this.#path, arguments: this.#arguments, folder: this.#folder })
  }
}
