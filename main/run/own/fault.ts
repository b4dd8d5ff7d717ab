/** What is wrong with a demo of the user's own, and where. */
import { fileURLToPath } from 'node:url'
import { isAbsolute, relative, sep } from 'node:path'
import type { BrokenDemo } from '../own-contract.ts'

/** A mistake in the user's file, not in ours. */
export class OwnFault extends Error {
  override readonly name = 'OwnFault'
  /** Relative to the folder of demos. */
  readonly file: string
  /** From 1; 0: not known. */
  readonly line: number
  /** More than the message says; '' where it says all. */
  readonly detail: string

  constructor(file: string, line: number, message: string, detail = '') {
    super(message)
    this.file = file
    this.line = line
    this.detail = detail
  }
}

export type Broken = Omit<BrokenDemo, 'demo'>

const REMEDY = 'Change it and save it: it is looked at again.'

export const brokenBy = ({ file, line, message, detail }: OwnFault): Broken => ({
  file,
  line,
  message,
  remedy: REMEDY,
  detail,
})

/** `file:///folder/till.ts.mjs:12:5`, or an absolute path: a place of a stack, or of a syntax error. */
const PLACE = /(file:\/\/\S+?|(?:[A-Za-z]:)?[\\/][^():]*?):(\d+)(?::\d+)?\)?$/

/**
 * What a module threw when it was imported.
 * @param folders of the user's files and of the modules made of them
 */
export function thrownFault(
  error: unknown,
  demo: string,
  folders: { readonly folder: string; readonly out: string },
): OwnFault {
  if (error instanceof OwnFault) return error
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  for (const line of stack.split('\n')) {
    const [, path = '', number = '0'] = PLACE.exec(line.trim()) ?? []
    const file = fileOf(path, folders)
    if (file !== undefined)
      return new OwnFault(file, Number(number), `${readable(message)}.`, stack)
  }
  return new OwnFault(demo, 0, `${readable(message)}.`, stack)
}

/** Without the places of our own modules. */
const readable = (message: string): string =>
  message.replaceAll(/file:[^\s']*?([a-z]+)[.]mjs/g, 'interleave/$1').replace(/[.]$/, '')

/** Undefined: it is none of the user's. */
function fileOf(
  place: string,
  { folder, out }: { readonly folder: string; readonly out: string },
): string | undefined {
  if (place === '') return undefined
  const path = place.startsWith('file:') ? fileURLToPath(place) : place
  const inFolder = relative(folder, path)
  const inOut = relative(out, path)
  const name = isBelow(inOut) ? inOut.replace(/[.]mjs$/, '') : isBelow(inFolder) ? inFolder : ''
  return name === '' ? undefined : name.split(sep).join('/')
}

const isBelow = (from: string): boolean =>
  from !== '' && !from.startsWith('..') && !isAbsolute(from)
