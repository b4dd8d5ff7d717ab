/**
 * What a recording says about its run. It comes from a file: whatever is not as it should be counts
 * as not said.
 */
import { nanoseconds } from '../core/units.ts'
import type {
  Environment,
  RunFailure,
  RunRequest,
  RunState,
  RunStatus,
  SweepAxis,
  TracerCost,
} from './contract.ts'
import { countOf, fieldsOf, listOf, textOf, textsOf, type Fields } from './recorded-fields.ts'
import { pythonIn, pythonRequestIn } from './recorded-python.ts'

/** Of a script's input: metadata has little room (trace/ilv/header.ts). */
const RECORDED_INPUT_CHARACTERS = 100_000

/** What a recording's metadata says of a request. */
export function recordedRequest(request: RunRequest): RunRequest {
  const { script } = request
  if (script === undefined) return request
  const input = script.input.slice(0, RECORDED_INPUT_CHARACTERS)
  return { ...request, script: { ...script, input } }
}

/** What was asked for, from the file's metadata; it may fit no demo that there is. */
export function requestIn(metadata: unknown): RunRequest {
  const request = fieldsOf(fieldsOf(metadata)['request'])
  const others = textsOf(request['others'])
  const sweep = listOf(request['sweep']).flatMap((axis) => axisIn(fieldsOf(axis)) ?? [])
  const parameters = Object.entries(fieldsOf(request['parameters'])).filter(
    (entry): entry is [string, number] => Number.isFinite(entry[1]),
  )
  return {
    demo: textOf(request['demo']),
    variant: textOf(request['variant']),
    parameters: Object.fromEntries(parameters),
    repeats: Math.max(1, countOf(request['repeats'])),
    baseline: request['baseline'] === true,
    ...(others.length > 0 && { others }),
    ...(sweep.length > 0 && { sweep }),
    ...pythonRequestIn(request),
  }
}

function axisIn(axis: Fields): SweepAxis | undefined {
  const parameter = textOf(axis['parameter'])
  const values = listOf(axis['values']).filter((value) => typeof value === 'number')
  return parameter === '' || values.length === 0 ? undefined : { parameter, values }
}

/** Where it was recorded, from the file's metadata. */
export function environmentIn(metadata: unknown): Environment {
  const environment = fieldsOf(fieldsOf(metadata)['environment'])
  const electron = textOf(environment['electron'])
  return {
    platform: textOf(environment['platform']),
    node: textOf(environment['node']),
    ...(electron !== '' && { electron }),
    processors: countOf(environment['processors']),
    startedAt: textOf(environment['startedAt']),
  }
}

/** How a run ended, as it said itself. */
export type RecordedEnd = Pick<
  RunStatus,
  'state' | 'done' | 'total' | 'unit' | 'section' | 'sections' | 'tracerShare'
> &
  Partial<Pick<RunStatus, 'tracerCost' | 'failure' | 'python'>>

/**
 * From the file's footer, which has the run's summary.
 * @param footer undefined: it was cut short, and counts as stopped.
 */
export function endIn(footer: unknown): RecordedEnd {
  const status = fieldsOf(fieldsOf(fieldsOf(footer)['summary'])['status'])
  const tracerCost = costIn(status['tracerCost'])
  const failure = failureIn(status['failure'])
  const python = pythonIn(status['python'])
  return {
    state: stateIn(status['state']),
    done: countOf(status['done']),
    total: countOf(status['total']),
    unit: textOf(status['unit']),
    section: countOf(status['section']),
    sections: countOf(status['sections']),
    tracerShare: countOf(status['tracerShare']),
    ...(tracerCost && { tracerCost }),
    ...(failure && { failure }),
    ...(python && { python }),
  }
}

function stateIn(value: unknown): RunState {
  const ends: readonly RunState[] = ['finished', 'stopped', 'failed']
  return ends.find((state) => state === value) ?? 'stopped'
}

function costIn(value: unknown): TracerCost | undefined {
  const cost = fieldsOf(value)
  if (typeof cost['perEvent'] !== 'number') return undefined
  return {
    perEvent: nanoseconds(countOf(cost['perEvent'])),
    recording: nanoseconds(countOf(cost['recording'])),
    collecting: nanoseconds(countOf(cost['collecting'])),
  }
}

function failureIn(value: unknown): RunFailure | undefined {
  const failure = fieldsOf(value)
  const headline = textOf(failure['headline'])
  if (headline === '') return undefined
  return {
    headline,
    kept: textOf(failure['kept']),
    remedy: textOf(failure['remedy']),
    detail: textOf(failure['detail']),
  }
}
