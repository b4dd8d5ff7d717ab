/** What both sender-and-receiver demos answer: was everything received that was put? */
import { formatCount } from '../core/figures-format.ts'
import { say } from '../run/sentence.ts'
import type { QueueFigures, SectionFigures } from '../trace/figures.ts'
import { ResourceKind } from '../trace/model.ts'
import type { MeasuredAnswer, VerdictInput } from './demo.ts'
import type { Question } from './manifest.ts'
import * as parts from './verdict-parts.ts'

export const received: Question = {
  id: 'received',
  text: 'The receiver gets its items and ends the sender. Has everything been received that was put?',
  options: [
    { id: 'yes', label: 'Yes' },
    { id: 'no', label: 'No, something is left' },
  ],
}

/** CPython's queue between processes has a pipe within it, which may be recorded as well. */
const queueIn = ({ queues }: SectionFigures): QueueFigures | undefined =>
  queues
    .filter(({ kind }) => kind !== ResourceKind.pipe)
    .toSorted((one, other) => other.puts - one.puts)[0]

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  const left = parts.typical(
    parts.sectionsOf(input, input.variant),
    (section) => queueIn(section)?.left,
    (section) => parts.placeOf(section, queueIn(section)?.track),
  )
  const queue = left && queueIn(left.section)
  if (question !== received.id || left === undefined || queue === undefined) return undefined
  return {
    option: queue.left === 0 ? 'yes' : 'no',
    because: say`${formatCount(queue.puts)} were put, ${formatCount(queue.gets)} got, ${parts.linked({ ...left, value: queue.left }, formatCount)} left.`,
  }
}
