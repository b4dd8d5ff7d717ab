/** Verdicts of programs that failed under CPython: that explains everything else about them. */
import type { Verdict } from '../run/contract.ts'
import type { VerdictInput } from './demo.ts'
import * as parts from './verdict-parts.ts'

/** Nothing that a demo is to show. */
const CRASH = /^SIG(SEGV|BUS|ABRT|ILL|FPE)$/

/**
 * A demo's program that failed. Where the demo says that it fails so, and names the variant that
 * works, it is what was to be shown. Its figures say nothing then: they are those of a program that
 * never came to what it is about.
 * @param works label of the variant that works
 * @returns undefined: none failed
 */
export function judgeFailed(input: VerdictInput, works: string | undefined): Verdict | undefined {
  const { engines = [] } = input
  const engine =
    engines.find(({ explanation }) => explanation !== undefined) ??
    engines.find(({ exit }) => exit !== undefined && exit.code > 0)
  if (engine === undefined) return undefined
  const { exit, explanation } = engine
  return {
    judgement:
      works === undefined || CRASH.test(exit?.signal ?? '') ? 'not as expected' : 'as expected',
    headline: explanation?.headline ?? `The program ended ${exit ? parts.exitWords(exit) : ''}`,
    sentences: [
      ...(explanation?.sentences ?? ['The output says why.']),
      ...(works === undefined ? [] : [`“${works}” works.`]),
    ],
    evidence: [
      ...(exit === undefined ? [] : [parts.exitEvidence(exit)]),
      ...parts.droppedEvidence(input),
    ],
  }
}

/** A script that failed: why, and where its time went all the same. */
export function explainScript({ engines = [] }: VerdictInput, verdict: Verdict): Verdict {
  const explanation = engines.find((engine) => engine.explanation !== undefined)?.explanation
  if (explanation === undefined) return verdict
  const { headline, sentences } = explanation
  const { linkedHeadline: _, ...own } = verdict
  return {
    ...own,
    judgement: 'not as expected',
    headline,
    sentences: [...sentences, ...verdict.sentences],
  }
}
