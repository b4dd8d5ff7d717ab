/** One per main process: what the stand-in's parts share, and what a test looks at. */
import { EventEmitter } from 'node:events'
import type { Chromium } from './chromium.ts'
import type { SchemeHandler, SchemePrivileges } from './scheme.ts'
import type { UtilityProcess } from './utility.ts'
import type { BrowserWindow } from './window.ts'

/** What a test reads; all of it plain data. */
export class Observations {
  /** Every URL that was asked for, in the app's own terms (`app://bundle/index.html`). */
  readonly requests: string[] = []
  /** Navigations, windows and requests that were not let through. */
  readonly refused: string[] = []
  /** Misuse of Electron that the stand-in recognised, and errors that nobody handled. */
  readonly faults: string[] = []
  /** Uncaught errors of the page. */
  readonly pageErrors: string[] = []
  /** Violations of the content security policy: directive and what it blocked. */
  readonly violations: string[] = []
  /** URLs given to shell.openExternal. */
  readonly opened: string[] = []
  /** Options of every dialog that was shown. */
  readonly dialogs: { readonly kind: string; readonly options: unknown }[] = []
}

export const observations = new Observations()

export const state = {
  ready: false,
  chromium: undefined as Chromium | undefined,
  windows: new Set<BrowserWindow>(),
  utilities: new Set<UtilityProcess>(),
  schemes: new Map<string, SchemePrivileges>(),
  handlers: new Map<string, SchemeHandler>(),
  /** Pages of other origins that a test lets the window load, by URL. */
  foreign: new Map<string, string>(),
  bus: new EventEmitter<{
    window: [BrowserWindow]
    contents: [BrowserWindow['webContents']]
    'all-closed': []
  }>(),
}

/** @throws Error before `ready` */
export function chromium(): Chromium {
  if (state.chromium === undefined) throw new Error('the app is not ready')
  return state.chromium
}
