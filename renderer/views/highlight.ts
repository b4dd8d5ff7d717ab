/**
 * Colours for listings. Loaded when the Source tab is first opened: shiki and its grammars are
 * larger than the rest of the window. The theme is made of custom properties (Source.svelte), so
 * one tokenisation serves light and dark.
 */
import type { HighlighterCore } from 'shiki/core'
import type { SourceText } from '../../main/demos/manifest.ts'

export interface Token {
  readonly text: string
  /** `var(--code-…)`; undefined: as the rest. */
  readonly colour: string | undefined
}
export type TokenLine = readonly Token[]

let highlighter: Promise<HighlighterCore> | undefined

async function load(): Promise<HighlighterCore> {
  const [core, engine, typescript, python] = await Promise.all([
    import('shiki/core'),
    import('shiki/engine/javascript'),
    import('shiki/langs/typescript.mjs'),
    import('shiki/langs/python.mjs'),
  ])
  return core.createHighlighterCore({
    themes: [core.createCssVariablesTheme({ variablePrefix: '--code-', fontStyle: false })],
    langs: [typescript.default, python.default],
    engine: engine.createJavaScriptRegexEngine(),
  })
}

/** Rejects when the highlighter cannot be loaded: the plain text is shown then. */
export async function highlight({ language, text }: SourceText): Promise<readonly TokenLine[]> {
  highlighter ??= load()
  const { tokens } = (await highlighter).codeToTokens(text, {
    lang: language,
    theme: 'css-variables',
  })
  return tokens.map((line) => line.map(({ content, color }) => ({ text: content, colour: color })))
}

/** The same shape without colours. */
export const plainLines = (text: string): readonly TokenLine[] =>
  text.split('\n').map((line) => [{ text: line, colour: undefined }])
