/** Which engine runs what, and what it is called. Pure. */
import type { DemoManifest, VariantDefinition } from '../../main/demos/manifest.ts'
import type { CPythonEngine, Engine, Interpreter, StartMethod } from '../../main/run/contract.ts'
import { START_METHODS } from '../../main/run/contract.ts'
import { isRecord } from './storage.ts'

export const NODE: Engine = { kind: 'node' }

/** Where it goes wrong if nothing is installed: what a person can do about it. */
export const NONE_FOUND =
  'Install Python 3.8 or newer from python.org or with your package manager, then look again. Everything else works without it.'

/** Why a variant cannot be run by an engine, in one sentence; undefined: it can. */
export function cannotRun(
  { program, python }: Pick<VariantDefinition, 'program' | 'python'>,
  engine: Engine,
): string | undefined {
  if (engine.kind === 'node')
    return program === undefined ? 'It is a Python program: choose a CPython.' : undefined
  return python === undefined
    ? 'It is written in TypeScript alone: choose Node as the engine.'
    : undefined
}

/** The variant that an engine runs in place of this one: itself, the demo's default, any; else none. */
export function variantFor(
  { variants, defaultVariant }: Pick<DemoManifest, 'variants' | 'defaultVariant'>,
  chosen: VariantDefinition,
  engine: Engine,
): VariantDefinition | undefined {
  const byDefault = variants.filter(({ id }) => id === defaultVariant)
  return [chosen, ...byDefault, ...variants].find((each) => cannotRun(each, engine) === undefined)
}

/** Parameters reach the program: not where a Python text is run as it stands. */
export const takesParameters = (
  { python }: Pick<VariantDefinition, 'python'>,
  engines: readonly Engine[],
): boolean => engines.some(({ kind }) => kind === 'node' || python?.takes === 'parameters')

/** One that can be run. */
export const isUsable = ({ unusable }: Interpreter): boolean => unusable === undefined

/** What an engine is told apart by, for lists and for what is kept. */
export const engineKey = (engine: Engine): string => (engine.kind === 'node' ? 'node' : engine.path)

/** Something of them differs: one can be compared with the other. */
export const areDifferent = (left: Engine, right: Engine): boolean =>
  left.kind === 'node' || right.kind === 'node'
    ? left.kind !== right.kind
    : left.path !== right.path || left.startMethod !== right.startMethod || left.gil !== right.gil

/** Ways to start an interpreter, the one that is taken when nothing is said left out. */
const waysOf = ({ startMethods, defaultStartMethod, freeThreaded, gil }: Interpreter) => [
  ...startMethods
    .filter((each) => each !== defaultStartMethod)
    .map((startMethod) => ({ startMethod })),
  ...(freeThreaded ? [{ gil: !gil }] : []),
]

/** An interpreter as the twin of an engine: of the same interpreter, started in another way. */
export function twinOf(interpreter: Interpreter, engine: Engine): CPythonEngine {
  const plain: CPythonEngine = { kind: 'cpython', path: interpreter.path }
  const ways = [{}, ...waysOf(interpreter)]
  return (
    ways.map((way) => ({ ...plain, ...way })).find((each) => areDifferent(engine, each)) ?? plain
  )
}

/** The same engine as far as its interpreter still has what was chosen. */
export function fitting(engine: CPythonEngine, interpreter: Interpreter): CPythonEngine {
  const { startMethod, gil } = engine
  return {
    kind: 'cpython',
    path: interpreter.path,
    ...(startMethod !== undefined &&
      interpreter.startMethods.includes(startMethod) && { startMethod }),
    ...(gil !== undefined && interpreter.freeThreaded && { gil }),
  }
}

/** `CPython 3.13.0`; `CPython 3.13.0 free-threaded`. */
export const nameOf = ({ implementation, version, freeThreaded }: Interpreter): string =>
  `${implementation} ${version}${freeThreaded ? ' free-threaded' : ''}`

/** `GIL on · forkserver · PATH`: what one has to know of it before it is chosen. */
export function factsOf({ gil, defaultStartMethod, foundBy }: Interpreter): string {
  const facts = [gil ? 'GIL on' : 'GIL off', defaultStartMethod, foundBy]
  return facts.filter((each) => each !== '').join(' · ')
}

/** Checks what was kept between windows: anything can lie there. */
export function readEngine(kept: unknown): Engine | undefined {
  if (!isRecord(kept)) return undefined
  const { kind, path, startMethod, gil } = kept
  if (kind === 'node') return NODE
  if (kind !== 'cpython' || typeof path !== 'string' || path === '') return undefined
  const method = START_METHODS.find((each): each is StartMethod => each === startMethod)
  return {
    kind,
    path,
    ...(method !== undefined && { startMethod: method }),
    ...(typeof gil === 'boolean' && { gil }),
  }
}
