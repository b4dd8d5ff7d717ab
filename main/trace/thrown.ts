/** Lanes that an exception has ended: what it was and where, as the lane printed it. */
import { nanoseconds } from '../core/units.ts'
import type { OutputLine, ThrownLane } from '../run/contract.ts'
import type { Lane } from './lane.ts'
import { LaneEnd } from './model.ts'

/** Those of the lanes that have thrown since `from`; who threw first, first. */
export function thrownSince(
  lanes: readonly Lane[],
  from: number,
  output: readonly OutputLine[],
): readonly ThrownLane[] {
  return lanes
    .flatMap(({ alive, end, track, name }) =>
      !alive && end?.how === LaneEnd.threw && end.time >= from
        ? [{ track, name, at: nanoseconds(end.time), ...errorOf(tracebackOf(name, output)) }]
        : [],
    )
    .toSorted((one, other) => one.at - other.at)
}

const BEGINS = 'Exception in thread '

/** Its last one. CPython writes it to the stream of the process: that names no thread but in words. */
function tracebackOf(name: string, output: readonly OutputLine[]): readonly string[] {
  const first = output.findLastIndex(({ text }) => text === `${BEGINS}${name}:`)
  const writer = output[first]?.lane
  if (writer === undefined) return []
  const after = output
    .slice(first + 1)
    .filter(({ lane, stream }) => lane === writer && stream === 'error')
  const next = after.findIndex(({ text }) => text.startsWith(BEGINS))
  return (next < 0 ? after : after.slice(0, next)).map(({ text }) => text)
}

/** A frame of CPython's, outermost first, and one of a stack of V8's, innermost first. */
const PYTHON = /^ {2}File "(.*)", line (\d+)/
const V8 = /^\s+at .*?([^/\\( ]+\.[cm]?[jt]s):(\d+)(?::\d+)?\)?$/
/** Its own library is where CPython noticed it, hardly ever where the mistake is. */
const LIBRARY = /[/\\]lib[/\\]python\d|[/\\]Lib[/\\]/
/** `ValueError: on purpose`; an exception of a module of the program has its name before it. */
const ERROR = /^(?:\w+\.)*(\w+)(?:: |$)/

function errorOf(lines: readonly string[]): Pick<ThrownLane, 'error' | 'place'> {
  const python = lines
    .map((line) => PYTHON.exec(line))
    .findLast((found) => found !== null && !LIBRARY.test(found[1] ?? ''))
  const stack = lines.map((line) => V8.exec(line)).find((found) => found !== null)
  const [, file, line] = python ?? stack ?? []
  // Indented lines are its frames; of an exception that was raised by another the last one counts.
  const said = lines.filter((text) => ERROR.test(text) && !text.startsWith('Traceback'))
  const error = ERROR.exec((python ? said.at(-1) : said[0]) ?? '')?.[1]
  return {
    error: error ?? 'an exception',
    place: file === undefined ? '' : `${file.replace(/^.*[/\\]/, '')}:${line ?? ''}`,
  }
}
