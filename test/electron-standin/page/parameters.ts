/** What the main process writes into the source of every frame (page-source.ts). */
import type { FromPage, ToPage } from '../messages.ts'

/** The preload's own `require`; its body was written around it as a function. */
export type RunPreload = (
  require: (name: string) => unknown,
  failed: (error: unknown) => void,
) => void

export interface IsolatedParameters {
  /** Names the events between the two worlds, so that a page cannot guess them. */
  readonly secret: string
  /** Where files lie that a user drops: STANDIN_FILES. */
  readonly files: string
  readonly runPreload: RunPreload
}

declare global {
  /** Chromium's binding: exists only in the isolated world, until it is taken from there. */
  var standinSend: ((text: string) => void) | undefined
  /** Main evaluates a call of it in the isolated world. */
  var standinReceive: (message: ToPage) => void
}

export type SendToMain = (message: FromPage) => void
