/** Which texts the Source tab shows, and in which order. Pure. */
import type { DemoManifest, SourceText, VariantDefinition } from '../../main/demos/manifest.ts'
import type { Engine } from '../../main/run/contract.ts'

export interface Listing {
  readonly source: SourceText
  /** `Python: what runs`. */
  readonly caption: string
}

const LANGUAGES = { typescript: 'TypeScript', python: 'Python' } as const

/** What runs stands first: under CPython the variant's own text. */
export function listingsOf(
  { sources }: Pick<DemoManifest, 'sources'>,
  variant: Pick<VariantDefinition, 'program' | 'python'> | undefined,
  engines: readonly Engine[],
): readonly Listing[] {
  const isOn = (kind: Engine['kind']) => engines.some((engine) => engine.kind === kind)
  const { python } = variant ?? {}
  const text: SourceText | undefined =
    python === undefined || python.text === ''
      ? undefined
      : { language: 'python', file: python.file, text: python.text }
  const runs = (source: SourceText): boolean =>
    source === text ? isOn('cpython') : source.language === 'typescript' && isOn('node')
  const all = text && isOn('cpython') ? [text, ...sources.filter(isOther(text))] : sources
  return [...all]
    .sort((one, other) => Number(runs(other)) - Number(runs(one)))
    .map((source) => ({
      source,
      caption: `${LANGUAGES[source.language]}: ${runs(source) ? 'what runs' : aside(source)}`,
    }))
}

/** What a text is that does not run. */
function aside({ language, file }: SourceText): string {
  if (language === 'typescript') return 'on Node'
  return file.includes('twin') ? 'its twin' : file.includes('guard') ? 'guarded' : 'the note'
}

/** Not the same text under the same or another name. */
const isOther =
  ({ file, text }: SourceText) =>
  (source: SourceText): boolean =>
    source.file !== file && source.text.trim() !== text.trim()
