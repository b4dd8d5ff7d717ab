/** Which engine somebody means who types `3.13`, `cpython:/usr/bin/python3` or `3.13,spawn`. */
import { resolve } from 'node:path'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'
import { suggest } from '../core/suggest.ts'
import { START_METHODS, type Engine, type Interpreter, type StartMethod } from '../run/contract.ts'
import type { RunService } from '../run/service.ts'

/** What was typed, taken apart; nothing is known of this machine yet. */
export interface WantedEngine {
  /** `node`, `cpython` (the newest), a version, or the path of an interpreter. */
  readonly kind: 'node' | 'newest' | 'version' | 'path'
  /** Of `version` and `path`. */
  readonly name: string
  readonly startMethod?: StartMethod
  readonly gil?: boolean
}

export const ENGINE_FORMS =
  'node, cpython, a version such as 3.13 or 3.13t, or cpython:PATH; with ,spawn or ,gil behind it'
const VERSION = /^(?:c?python)?@?(\d+(?:\.\d+){0,2}(?:(?:a|b|rc)\d+)?t?)$/i

const usage = (message: string, remedy: string): Result<never, Refusal> =>
  failure(refusal('usage', message, remedy))

/** @param startMethod of --start-method: what is meant where the engine does not say it itself. */
export function parseEngine(
  text: string,
  startMethod: StartMethod | undefined,
): Result<WantedEngine, Refusal> {
  const [name = '', ...ways] = text.startsWith('cpython:') ? splitBehindPath(text) : text.split(',')
  const wanted = parseName(name)
  if (wanted === undefined) {
    const nearest = suggest(name, ['node', 'cpython'])
    const hint = nearest === undefined ? '' : `Did you mean ${nearest}? `
    return usage(`There is no engine "${name}".`, `${hint}Use ${ENGINE_FORMS}.`)
  }
  if (wanted.kind === 'node')
    return ways.length === 0
      ? success(wanted)
      : usage(`Node has nothing to choose: "${ways.join(',')}".`, `Use ${ENGINE_FORMS}.`)
  let [method, gil]: [StartMethod | undefined, boolean | undefined] = [startMethod, undefined]
  for (const way of ways) {
    const named = START_METHODS.find((each) => each === way)
    if (named !== undefined) method = named
    else if (way === 'gil' || way === 'nogil') gil = way === 'gil'
    else
      return usage(
        `An engine cannot be run with "${way}".`,
        `Use ${START_METHODS.join(', ')}, gil or nogil.`,
      )
  }
  return success({
    ...wanted,
    ...(method !== undefined && { startMethod: method }),
    ...(gil !== undefined && { gil }),
  })
}

/** A path may have a comma in it: only known words behind the last ones are none of it. */
function splitBehindPath(text: string): string[] {
  const words = text.split(',')
  const ways: string[] = []
  const known: readonly string[] = [...START_METHODS, 'gil', 'nogil']
  while (words.length > 1 && known.includes(words.at(-1) ?? '')) ways.unshift(words.pop() ?? '')
  return [words.join(','), ...ways]
}

function parseName(name: string): Pick<WantedEngine, 'kind' | 'name'> | undefined {
  if (name === 'node') return { kind: 'node', name }
  if (name === 'cpython') return { kind: 'newest', name }
  if (name.startsWith('cpython:') && name.length > 'cpython:'.length)
    return { kind: 'path', name: name.slice('cpython:'.length) }
  const version = VERSION.exec(name)?.[1]
  if (version !== undefined) return { kind: 'version', name: version.toLowerCase() }
  return /[\\/]/.test(name) ? { kind: 'path', name } : undefined
}

export function parseStartMethod(
  text: string | undefined,
): Result<StartMethod | undefined, Refusal> {
  if (text === undefined) return success(undefined)
  const method = START_METHODS.find((each) => each === text)
  if (method !== undefined) return success(method)
  const nearest = suggest(text, START_METHODS)
  const hint = nearest === undefined ? '' : `Did you mean ${nearest}? `
  return usage(
    `There is no start method "${text}".`,
    `${hint}Choose one of: ${START_METHODS.join(', ')}.`,
  )
}

/** One of the interpreters of this machine; a path is asked, and added to them. */
export async function findEngine(
  service: RunService,
  wanted: WantedEngine,
): Promise<Result<Engine, Refusal>> {
  if (wanted.kind === 'node') return success({ kind: 'node' })
  const found = await findInterpreter(service, wanted)
  if (!found.ok) return found
  const { startMethod, gil } = wanted
  return success({
    kind: 'cpython',
    path: found.value.path,
    ...(startMethod !== undefined && { startMethod }),
    ...(gil !== undefined && { gil }),
  })
}

async function findInterpreter(
  service: RunService,
  { kind, name }: WantedEngine,
): Promise<Result<Interpreter, Refusal>> {
  if (kind === 'path') return service.addInterpreter(resolve(name))
  const usable = (await service.interpreters()).filter(({ unusable }) => unusable === undefined)
  const found = kind === 'newest' ? usable[0] : usable.find((each) => isVersion(each, name))
  if (found !== undefined) return success(found)
  return failure(
    refusal(
      'environment',
      kind === 'newest'
        ? 'There is no CPython 3.8 or newer on this machine.'
        : `There is no CPython ${name} on this machine.`,
      usable.length === 0
        ? 'Install one from python.org or with a version manager, or name its path: cpython:PATH.'
        : `There are: ${usable.map(shortName).join(', ')}. Or name its path: cpython:PATH.`,
    ),
  )
}

const shortName = ({ version, freeThreaded }: Interpreter): string =>
  `${version}${freeThreaded ? 't' : ''}`

/** `3.13` is 3.13.0 and not 3.13.0t; `3.1` is not 3.13. */
function isVersion({ version, freeThreaded }: Interpreter, wanted: string): boolean {
  if (wanted.endsWith('t') !== freeThreaded) return false
  const plain = wanted.replace(/t$/, '')
  return version === plain || version.startsWith(`${plain}.`)
}
