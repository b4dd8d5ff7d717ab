import type { DemoManifest } from '../../main/demos/manifest.ts'

export interface Chapter {
  readonly title: string
  readonly demos: readonly DemoManifest[]
}

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()

const haystack = ({ title, chapter, summary, variants }: DemoManifest): string =>
  plain([title, chapter, summary, ...variants.map(({ label }) => label)].join(' '))

/** The demos in which every word of the search occurs, by chapter, in the catalogue's order. */
export function chaptersWith(demos: readonly DemoManifest[], search: string): readonly Chapter[] {
  const words = plain(search).split(/\s+/).filter(Boolean)
  const found = demos.filter((demo) => words.every((word) => haystack(demo).includes(word)))
  return [...new Set(found.map(({ chapter }) => chapter))].map((title) => ({
    title,
    demos: found.filter(({ chapter }) => chapter === title),
  }))
}
