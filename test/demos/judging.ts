/** What the tests of single demos share: judging made-up sections, with words that are easy to compare. */
import { checkParameters } from '../../main/demos/check.ts'
import type { EngineFacts, MeasuredAnswer, VerdictInput } from '../../main/demos/demo.ts'
import { findDemo } from '../../main/demos/index.ts'
import type { Verdict } from '../../main/run/contract.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import type { SectionFigures } from '../../main/trace/figures.ts'
import { OutputStream } from '../../main/trace/model.ts'

/** Ordinary spaces, for the sake of the reader. */
export const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ')

/** Times and ratios, but not what somebody has chosen, or a share of what was measured. */
const MEASURED = /\d (×|ns|µs|ms|s|min)(?!\w)/

/** The figures of a headline that lead nowhere, and a linked headline that says something else. */
export function faultsOfHeadline({ headline, linkedHeadline = headline }: Verdict): string[] {
  const parts = typeof linkedHeadline === 'string' ? [linkedHeadline] : linkedHeadline
  const loose = parts
    .filter((part) => typeof part === 'string')
    .filter((part) => MEASURED.test(plain(part)))
  const said = sentenceText(linkedHeadline)
  return [...loose.map((part) => `no place: ${part}`), ...(said === headline ? [] : [said])]
}

/** Whatever a test is about, each measured figure of a headline has its place. */
export function checkedHeadline(verdict: Verdict): string {
  const faults = faultsOfHeadline(verdict)
  if (faults.length > 0) throw new Error(`${verdict.headline}: ${faults.join('; ')}`)
  return plain(verdict.headline)
}

export interface Judging {
  readonly parameters?: Readonly<Record<string, number>>
  readonly engine?: Partial<EngineFacts>
}

export const cpython = (version: string, freeThreaded = false): Partial<EngineFacts> => ({
  version,
  freeThreaded,
  gil: !freeThreaded,
  label: `CPython ${version}${freeThreaded ? ' free-threaded' : ''}`,
})

/** As the run would judge it, with the demo's own defaults. */
export function judgeDemo(
  id: string,
  variant: string,
  sections: readonly SectionFigures[],
  judging: Judging = {},
): Verdict & { readonly text: string } {
  const { demo, input } = given(id, variant, sections, judging)
  const verdict = demo.judge(input)
  return {
    ...verdict,
    headline: checkedHeadline(verdict),
    text: plain([verdict.headline, ...verdict.sentences.map(sentenceText)].join('\n')),
  }
}

export function answerOf(
  id: string,
  question: string,
  variant: string,
  sections: readonly SectionFigures[],
  judging: Judging = {},
): MeasuredAnswer | undefined {
  const { demo, input } = given(id, variant, sections, judging)
  return demo.answer?.(question, input)
}

function given(
  id: string,
  variant: string,
  sections: readonly SectionFigures[],
  { parameters, engine }: Judging,
) {
  const demo = findDemo(id)
  if (demo === undefined) throw new Error(id)
  const checked = checkParameters(demo.manifest, parameters)
  if (!checked.ok) throw new Error(checked.failure.message)
  const input: VerdictInput = {
    variant,
    parameters: checked.value,
    sections,
    cutShort: false,
    ...(engine && { engines: [{ ...CPYTHON, ...engine }] }),
  }
  return { demo, input }
}

const CPYTHON: EngineFacts = {
  kind: 'cpython',
  label: 'CPython 3.13.0',
  version: '3.13.0',
  freeThreaded: false,
  gil: true,
  startMethod: 'fork',
}

/** Lines as a program printed them. */
export const printed = (...lines: readonly string[]): SectionFigures['output'] =>
  lines.map((text) => ({ stream: OutputStream.out, text }))
