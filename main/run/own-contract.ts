/** Demos of the user's own: files in a folder that the user names. Part of the contract. */
import type { DemoManifest } from '../demos/manifest.ts'

/** Ids of own demos begin with this; none of the catalogue's does. */
export const OWN_PREFIX = 'own-'

export const isOwn = (demo: string): boolean => demo.startsWith(OWN_PREFIX)

/** Chapter of the catalogue, with scripts. */
export const OWN_CHAPTER = 'Your own'

/** What the folder holds. */
export interface OwnDemos {
  /** '': none was named. */
  readonly folder: string
  /** By their titles. */
  readonly demos: readonly DemoManifest[]
  readonly broken: readonly BrokenDemo[]
  /** Why the folder cannot be read, and what to do; absent: it can. */
  readonly failure?: { readonly message: string; readonly remedy: string }
}

/** A file that is no demo, and why. */
export interface BrokenDemo {
  /** Name of the demo's file in the folder. */
  readonly demo: string
  /** Where the mistake is: the same file, or one that it imports; relative to the folder. */
  readonly file: string
  /** From 1; 0 where it is not known. */
  readonly line: number
  readonly message: string
  readonly remedy: string
  /** The line, or a stack; '' where there is none. */
  readonly detail: string
}
