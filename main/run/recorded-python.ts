/** What a recording says of engines, scripts and programs under CPython. */
import { nanoseconds } from '../core/units.ts'
import {
  START_METHODS,
  type CPythonEngine,
  type Engine,
  type Explanation,
  type GilReading,
  type KilledProcess,
  type PythonStatus,
  type RunRequest,
  type ScriptTarget,
} from './contract.ts'
import { countOf, fieldsOf, listOf, textOf, textsOf, type Fields } from './recorded-fields.ts'

const READINGS: readonly GilReading[] = ['measured', 'estimated', 'not available', 'no GIL']
/** A run has two engines at most. */
const MOST_ENGINES = 2

/** Of a request. */
export function pythonRequestIn(request: Fields): Pick<RunRequest, 'engine' | 'twin' | 'script'> {
  const engine = engineIn(request['engine'])
  const twin = engineIn(request['twin'])
  const script = scriptIn(request['script'])
  return { ...(engine && { engine }), ...(twin && { twin }), ...(script && { script }) }
}

/** Undefined: nothing of it ran under CPython. */
export function pythonIn(value: unknown): readonly PythonStatus[] | undefined {
  const statuses = listOf(value)
    .slice(0, MOST_ENGINES)
    .flatMap((each) => statusIn(fieldsOf(each)) ?? [])
  return statuses.length === 0 ? undefined : statuses
}

function engineIn(value: unknown): Engine | undefined {
  const engine = fieldsOf(value)
  return engine['kind'] === 'node' ? { kind: 'node' } : cpythonIn(engine)
}

function cpythonIn({ kind, path, startMethod, gil }: Fields): CPythonEngine | undefined {
  if (kind !== 'cpython' || textOf(path) === '') return undefined
  const method = START_METHODS.find((each) => each === startMethod)
  return {
    kind,
    path: textOf(path),
    ...(method && { startMethod: method }),
    ...(typeof gil === 'boolean' && { gil }),
  }
}

function scriptIn(value: unknown): ScriptTarget | undefined {
  const script = fieldsOf(value)
  if (textOf(script['path']) === '') return undefined
  const name = textOf(script['name'])
  return {
    path: textOf(script['path']),
    ...(name !== '' && { name }),
    arguments: textsOf(script['arguments']),
    folder: textOf(script['folder']),
    input: textOf(script['input']),
    consent: textOf(script['consent']),
  }
}

function statusIn(status: Fields): PythonStatus | undefined {
  const engine = cpythonIn(fieldsOf(status['engine']))
  if (engine === undefined) return undefined
  const explanation = explanationIn(fieldsOf(status['explanation']))
  const exit = exitIn(fieldsOf(status['exit']))
  const switchInterval = countOf(status['switchInterval'])
  return {
    engine,
    label: textOf(status['label']),
    version: textOf(status['version']),
    startMethod: textOf(status['startMethod']),
    reading: READINGS.find((each) => each === status['reading']) ?? 'not available',
    readingReason: textOf(status['readingReason']),
    ...(switchInterval > 0 && { switchInterval: nanoseconds(switchInterval) }),
    ...(exit && { exit }),
    processes: countOf(status['processes']),
    killed: listOf(status['killed']).map((each) => killedIn(fieldsOf(each))),
    ...(explanation && { explanation }),
    limits: textsOf(status['limits']),
  }
}

function exitIn({ code, signal }: Fields): PythonStatus['exit'] {
  if (typeof code !== 'number' || !Number.isInteger(code)) return undefined
  return { code, ...(textOf(signal) !== '' && { signal: textOf(signal) }) }
}

const killedIn = (killed: Fields): KilledProcess => ({
  pid: countOf(killed['pid']),
  name: textOf(killed['name']),
  signal: textOf(killed['signal']),
  lastEvent: nanoseconds(countOf(killed['lastEvent'])),
  age: nanoseconds(countOf(killed['age'])),
})

function explanationIn({ headline, sentences, works }: Fields): Explanation | undefined {
  if (textOf(headline) === '') return undefined
  return {
    headline: textOf(headline),
    sentences: textsOf(sentences),
    ...(textOf(works) !== '' && { works: textOf(works) }),
  }
}
