import { formatShare, inWords } from '../../core/figures-format.ts'
import { say } from '../../run/sentence.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import * as parts from '../verdict-parts.ts'
import { busiestOf } from './verdict.ts'

/** More than so many times its share is far more. */
const FAR_MORE = 1.5

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  const sections = parts.sectionsOf(input, input.variant)
  if (question === 'order') {
    const lines = sections.flatMap(({ output }) => output.map(({ text }) => text))
    const printed = lines.filter((line) => line.startsWith('in order: '))
    if (printed.length === 0) return undefined
    const isInOrder = printed.every((line) => line === 'in order: true')
    return {
      option: isInOrder ? 'list' : 'other',
      because: `The program compared them with the list: ${isInOrder ? 'they are the same' : 'they differ'}.`,
    }
  }
  const share = parts.typical(sections, (section) => busiestOf(section)?.share)
  const workers = share && busiestOf(share.section)?.workers
  if (question !== 'shared' || share === undefined || workers === undefined || workers < 2)
    return undefined
  return {
    option: share.value * workers > FAR_MORE ? 'one' : 'equally',
    because: say`The busiest of ${inWords(workers)} ran ${parts.linked(share, formatShare)} of the time that all of them ran; an equal share would be ${formatShare(1 / workers)}.`,
  }
}
