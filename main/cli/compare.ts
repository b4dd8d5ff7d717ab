import { basename } from 'node:path'
import { refusal } from '../core/result.ts'
import { caveatsOf, type Origin } from '../export/compare/caveats.ts'
import {
  casesOf,
  mainCase,
  WHOLE,
  wholeAsSection,
  type Case,
  type Member,
} from '../export/compare/members.ts'
import { comparisonDocument, type ComparisonDocument } from '../export/compare/records.ts'
import { compareMembers } from '../export/compare/tables.ts'
import { environmentIn, requestIn } from '../run/recorded.ts'
import { refuseRecording } from '../run/recording-check.ts'
import { partsOfLabel } from '../run/section-label.ts'
import { openRecording, type Recording } from '../trace/node/recording-reader.ts'
import { describeComparison } from './compare-text.ts'
import { ExitCode, refuse, type CommandLineHost } from './host.ts'
import { toJson } from './table.ts'

interface Compared {
  readonly file: string
  readonly origin: Origin
  readonly cases: readonly Case[]
}

/** The cases that recordings share, side by side; where they share none, what each was mostly about. */
export async function compare(
  host: CommandLineHost,
  { files, json }: { readonly files: readonly string[]; readonly json: boolean },
): Promise<number> {
  const compared: Compared[] = []
  // One after the other: each is let go of before the next one is opened.
  for (const file of files) {
    const read = await openRecording(file)
    if (!read.ok) return refuse(host, refuseRecording(read.failure))
    try {
      compared.push(lookAt(file, read.value))
    } finally {
      read.value.dispose()
    }
  }
  const empty = compared.find(({ cases }) => cases.every(({ sections }) => sections.length === 0))
  if (empty)
    return refuse(
      host,
      refusal(
        'environment',
        `${empty.file} has nothing in it to compare.`,
        'Name a recording of a program that ran.',
      ),
    )
  const comparisons = comparisonsOf(compared)
  if (json) host.out.write(toJson({ files, comparisons }))
  else host.out.write(comparisons.map(describeComparison).join('\n'))
  return ExitCode.success
}

function lookAt(file: string, { session, metadata, missing }: Recording): Compared {
  const { dropped, newest } = session.status()
  const sections = session.answer('sections', {})
  const origin: Origin = {
    request: requestIn(metadata),
    environment: environmentIn(metadata),
    dropped,
    ...(missing !== undefined && { missing }),
  }
  const whole = () => wholeAsSection(session.answer('tables', {}), newest)
  const isEmpty = sections.length === 0 && session.status().events === 0
  return { file, origin, cases: casesOf(sections.length > 0 || isEmpty ? sections : [whole()]) }
}

type NamedComparison = ComparisonDocument & {
  /** Label of the case; '' where each member is another. */
  readonly case: string
}

function comparisonsOf(compared: readonly Compared[]): readonly NamedComparison[] {
  const caveats = caveatsOf(compared.map(({ origin }) => origin))
  const labels = new Set(compared.flatMap(({ cases }) => cases.map(({ label }) => label)))
  const isOneDemo = new Set(compared.map(({ origin }) => origin.request.demo)).size === 1
  const shared = [...labels].filter((label) =>
    compared.every(({ cases }) => cases.some((each) => each.label === label)),
  )
  // Variants of two demos may have the same name and nothing else in common.
  if (shared.length > 0 && isOneDemo)
    return shared.map((label) => ({
      case: label,
      ...compareCases(
        compared.map((each) => ({ ...each, case: each.cases.find((one) => one.label === label) })),
        caveats,
      ),
    }))
  const main = compared.map((each) => ({
    ...each,
    case: mainCase(each.cases, each.origin.request),
  }))
  return [{ case: '', ...compareCases(main, caveats) }]
}

function compareCases(
  compared: readonly (Compared & { readonly case: Case | undefined })[],
  caveats: readonly string[],
): ComparisonDocument {
  const members: readonly Member[] = compared.map(({ file, origin, case: one }) => ({
    name: `${basename(file)}: ${nameOf(origin, one?.label ?? '')}`,
    sections: one?.sections ?? [],
  }))
  return comparisonDocument(members, caveats, compareMembers(members))
}

function nameOf({ request }: Origin, label: string): string {
  const { variant, engine, swept } = partsOfLabel(label === WHOLE ? request.variant : label)
  const values = Object.entries(swept).map(([id, value]) => `${id} ${value}`)
  return [`${request.demo} ${variant}`.trim(), ...values, engine]
    .filter((each) => each !== '')
    .join(', ')
}
