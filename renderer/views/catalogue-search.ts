import type { DemoManifest } from '../../main/demos/manifest.ts'
import { isOwn } from '../../main/run/contract.ts'

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

/** The demos in which every word of the search occurs, in the catalogue's order. */
export function demosWith(demos: readonly DemoManifest[], search: string): readonly DemoManifest[] {
  const words = plain(search).split(/\s+/).filter(Boolean)
  return demos.filter((demo) => words.every((word) => haystack(demo).includes(word)))
}

/** The same by chapter, but for the user's own: they stand below, with scripts. */
export function chaptersWith(demos: readonly DemoManifest[], search: string): readonly Chapter[] {
  const found = demosWith(demos, search).filter(({ id }) => !isOwn(id))
  return [...new Set(found.map(({ chapter }) => chapter))].map((title) => ({
    title,
    demos: found.filter(({ chapter }) => chapter === title),
  }))
}
