import { capitalised, formatDuration } from '../../core/figures-format.ts'
import type { Sentence, Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { SectionFigures } from '../../trace/figures.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'

const FORK = 'fork'

interface Child {
  readonly method: string
  readonly got: boolean
  /** It did not even say that it gave up. */
  readonly silent: boolean
  /** Nanoseconds. */
  readonly waited: number
  readonly warning: string
}

/** What a section printed; undefined: the child never answered. */
function childOf({ output }: SectionFigures): Child | undefined {
  const lines = output.map(({ text }) => text)
  for (const line of lines) {
    const [, method, how, waited] =
      /^(\w+): the child (got the lock after|gave up after|said nothing for) (\d+\.\d+) ms$/.exec(
        line,
      ) ?? []
    if (method !== undefined)
      return {
        method,
        got: how === 'got the lock after',
        silent: how === 'said nothing for',
        waited: Number(waited) * 1e6,
        warning: lines.find((each) => each.startsWith('DeprecationWarning: ')) ?? '',
      }
  }
  return undefined
}

export function judge(input: VerdictInput): Verdict {
  const sections = parts.sectionsOf(input, input.variant)
  const waited = parts.typical(sections, (section) => childOf(section)?.waited, placeOfChild)
  const children = sections.map(childOf).filter((child) => child !== undefined)
  const first = children.find(({ silent }) => silent) ?? children[0]
  if (waited === undefined || first === undefined)
    return parts.nothingMeasured(input, 'child that answered')
  const got = gotIn(sections)
  const { method } = first
  return {
    judgement: judgement(first, got),
    ...headed(headline(first, got, waited)),
    sentences: [
      ...(got === false ? hanging(input, first, waited) : []),
      ...(got === true ? working(input, method, waited) : []),
      ...(got !== false && method === FORK ? freeWhenForked(input) : []),
      ...warned(input, first),
      ...parts.caveats(input),
    ],
    evidence: [
      {
        label: 'The child got the lock',
        value: got === undefined ? 'now and then' : got ? 'yes' : 'no',
      },
      ...parts.evidenceOf(
        got === true ? 'After' : first.silent ? 'Said nothing for' : 'Gave up after',
        waited,
        formatDuration,
      ),
      {
        label: 'Held in the parent',
        value: formatDuration(parameter(input.parameters, 'held') * 1e6),
      },
      ...(first.warning === '' ? [] : [{ label: 'Warning', value: first.warning }]),
      ...parts.droppedEvidence(input),
    ],
  }
}

/** A child that does not answer hangs where it was forked; elsewhere it may only be slow. */
function judgement({ method, silent }: Child, got: boolean | undefined): Verdict['judgement'] {
  if (method !== FORK && silent) return 'open'
  // Whoever forks while the lock is free copies a free one: nothing was shown.
  if (method === FORK && got === true) return 'open'
  return got === (method !== FORK) ? 'as expected' : 'not as expected'
}

function headline(
  { method, silent }: Child,
  got: boolean | undefined,
  waited: parts.Typical,
): Sentence {
  const time = parts.linked(waited, formatDuration)
  if (got === undefined) return `With ${method}, the child got the lock in some of the repeats`
  if (got) return say`With ${method}, the child got its lock after ${time}`
  return silent && method !== FORK
    ? say`With ${method}, the child said nothing for ${time}`
    : say`With ${method}, the child never got the lock: it ${silent ? 'said nothing for' : 'gave up after'} ${time}`
}

/** Each time the same; else undefined. */
function gotIn(sections: readonly SectionFigures[]): boolean | undefined {
  const all = sections.flatMap((section) => childOf(section)?.got ?? [])
  return all.every((got) => got === all[0]) ? all[0] : undefined
}

/** The child's lane: the one of another process that waited longest. */
function placeOfChild(section: SectionFigures) {
  const own = section.lanes.find(({ name }) => name === parts.MAIN_LANE)?.pid
  const [lane] = section.lanes
    .filter(({ pid }) => pid !== own)
    .toSorted((one, other) => other.waitedLock - one.waitedLock)
  return parts.placeOf(section, lane?.track)
}

function hanging(
  input: VerdictInput,
  { method, silent }: Child,
  waited: parts.Typical,
): Sentence[] {
  const held = parameter(input.parameters, 'held') * 1e6
  if (silent && method !== FORK)
    return [
      say`For ${parts.linked(waited, formatDuration)} nothing came from it: its lock is its own and nobody holds it, but it had not come that far. On a machine that is busy a process may take so long to start. It was terminated.`,
    ]
  if (silent)
    return [
      say`For ${parts.linked(waited, formatDuration)} the child did not even say that it had given up: it hangs in something else that the fork has copied in the middle of its use. It was terminated.`,
    ]
  const longer = waited.value > held
  return [
    ...(longer
      ? [
          say`In the parent the lock was free again after ${formatDuration(held)}. The child waited ${parts.linked(waited, formatDuration)}, and its lock was not.`,
        ]
      : [
          'The child gave up before the parent let go: give it a longer timeout to see that this makes no difference.',
        ]),
    ...(method === FORK
      ? [
          'The fork copied the lock as it was: held, by a thread that the child does not have. Nobody there can release it. Without the timeout the child would wait for ever, and so would whoever joins it.',
        ]
      : []),
  ]
}

/** A forked child that got its lock. */
const freeWhenForked = (input: VerdictInput): string[] => [
  `A lock that is free when it is copied is free in the child as well: by the time of the fork, the holder had let go of it. It holds it for ${formatDuration(parameter(input.parameters, 'held') * 1e6)}; let it hold it longer.`,
]

const working = (input: VerdictInput, method: string, waited: parts.Typical): Sentence[] =>
  method === FORK
    ? []
    : [
        say`It took ${parts.linked(waited, formatDuration)}: the child has imported the program and has a lock of its own, which nobody holds.`,
        ...(parts.cpythonOf(input) === undefined
          ? ['Node has no fork: no process of Node begins with the locks of another.']
          : []),
      ]

function warned(input: VerdictInput, { warning, method }: Child): string[] {
  if (warning !== '') return [`CPython said so: “${warning}”`]
  const engine = parts.cpythonOf(input)
  return method === FORK && engine !== undefined
    ? [`${capitalised(engine.label)} did not warn; CPython does from 3.12 on.`]
    : []
}

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  const sections = parts.sectionsOf(input, input.variant)
  const got = gotIn(sections)
  const waited = parts.typical(sections, (section) => childOf(section)?.waited, placeOfChild)
  if (question !== 'got' || got === undefined || waited === undefined) return undefined
  const children = sections.flatMap((section) => childOf(section) ?? [])
  const isSilent = children.some(({ silent }) => silent)
  const isForked = children.some(({ method }) => method === FORK)
  // Of a lock that was free when it was copied, and of a child that may only be slow, this says nothing.
  if (isForked ? got : isSilent) return undefined
  return {
    option: got ? 'yes' : 'no',
    because: say`The child ${got ? 'got it after' : isSilent ? 'said nothing for' : 'gave up after'} ${parts.linked(waited, formatDuration)}.`,
  }
}
