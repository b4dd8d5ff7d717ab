import { refusal } from '../core/result.ts'
import { suggest } from '../core/suggest.ts'
import { findTerm, matchingTerms, TERMS, wordsOf, type Term } from '../glossary/index.ts'
import { ExitCode, refuse, type CommandLineHost } from './host.ts'
import { formatFacts, toJson } from './table.ts'

/** The terms, or what one of them means. */
export function glossary(
  host: CommandLineHost,
  { term: word, json }: { readonly term?: string; readonly json: boolean },
): number {
  if (word === undefined) {
    host.out.write(json ? toJson(TERMS) : formatFacts(TERMS.map(inList)))
    return ExitCode.success
  }
  const term = findTerm(word)
  if (term === undefined) return refuse(host, unknown(word))
  host.out.write(json ? toJson(term) : describe(term))
  return ExitCode.success
}

const inList = ({ id, name }: Term) => ({ label: id, value: name })

function describe({ name, also = [], text, source, demos = [], see = [] }: Term): string {
  const facts = [
    ...(also.length > 0 ? [{ label: 'also', value: also.join(', ') }] : []),
    ...(source === undefined ? [] : [{ label: 'source', value: source }]),
    ...(demos.length > 0 ? [{ label: 'demos', value: demos.join(', ') }] : []),
    ...(see.length > 0 ? [{ label: 'see', value: see.join(', ') }] : []),
  ]
  return `${name}\n  ${text}\n${formatFacts(facts)}`
}

function unknown(word: string) {
  const near = suggest(
    word,
    TERMS.flatMap((term) => wordsOf(term)),
  )
  const [found] = matchingTerms(word)
  const hint = near ?? found?.name
  return refusal(
    'usage',
    `The glossary has no term "${word}".`,
    `${hint === undefined ? '' : `Did you mean ${hint}? `}interleave glossary lists all.`,
  )
}
