/** What the command palette offers: every command of the keys, one entry an action, and the demos. */
import { formatDuration } from '../../main/core/figures-format.ts'
import type { DemoManifest } from '../../main/demos/manifest.ts'
import { keyName, type Command } from './keymap.ts'
import { TABS } from './settings.svelte.ts'
import { parseTime } from './time-text.ts'

/** Id of the command that opens it, which it does not offer itself. */
export const PALETTE = 'palette'

export interface PaletteEntry {
  readonly id: string
  readonly group: string
  readonly label: string
  /** As on screen; '' where there is none. */
  readonly key: string
  readonly run: () => void
}

/** The press that opens the palette: Ctrl or Cmd + Shift + P, as in editors. */
export const opensPalette = (press: {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
}): boolean => (press.ctrlKey || press.metaKey) && press.shiftKey && press.key.toLowerCase() === 'p'

/** Only what can be done now. */
export function paletteEntries(
  commands: readonly Command[],
  demos: readonly Pick<DemoManifest, 'id' | 'title'>[],
  open: (demo: string) => void,
  beside: readonly { readonly path: string; readonly label: string }[] = [],
  compareWith: (path: string) => void = () => undefined,
): readonly PaletteEntry[] {
  const possible = commands.filter(
    ({ id, when }) => id !== PALETTE && (when === undefined || when()),
  )
  return [
    ...possible.flatMap(entriesOf),
    ...demos.map(({ id, title }) => ({
      id: `demo-${id}`,
      group: 'Demos',
      label: `Open ${title}`,
      key: '',
      run: () => open(id),
    })),
    ...beside.map(({ path, label }) => ({
      id: `compare-${path}`,
      group: 'Recordings',
      label: `Compare with ${label}`,
      key: '',
      run: () => compareWith(path),
    })),
  ]
}

/** Each term of the glossary, once that is loaded. */
export const glossaryEntries = (
  terms: readonly { readonly id: string; readonly name: string }[],
  open: (term: string) => void,
): readonly PaletteEntry[] =>
  terms.map(({ id, name }) => ({
    id: `term-${id}`,
    group: 'Glossary',
    label: `Glossary: ${name}`,
    key: '',
    run: () => open(id),
  }))

/** `go to 1.25 s`, or the time alone, as a thing to do. */
export function timeEntry(
  query: string,
  go: (nanoseconds: number) => void,
): PaletteEntry | undefined {
  const time = parseTime(query.replace(/^\s*(go\s+to|go|to|at|@)(?=[\s\d.])/i, ''))
  if (time === undefined) return undefined
  return {
    id: 'go-to',
    group: 'Timeline',
    label: `Go to ${formatDuration(time)}`,
    key: '',
    run: () => go(time),
  }
}

/** `Zoom in, zoom out` on W and S are two things to do. */
function entriesOf(command: Command): readonly PaletteEntry[] {
  const { id, group, label, keys } = command
  const labels = id === 'tab' ? TABS.map((tab) => `Show ${tab}`) : partsOf(label, keys.length)
  return labels.map((each, index) => {
    const key = keys[index] ?? ''
    return {
      id: `${id}-${index}`,
      group,
      label: each.charAt(0).toUpperCase() + each.slice(1),
      key: key === '' ? '' : keyName(key),
      run: () => command.run(key),
    }
  })
}

function partsOf(label: string, keys: number): readonly string[] {
  const parts = label.split(', ')
  if (parts.length === 1 || parts.length > keys) return [label]
  // `Previous, next contention`: what the last part is about belongs to all of them.
  const [, ...object] = parts.at(-1)?.split(' ') ?? []
  return parts.map((part) => (part.includes(' ') ? part : [part, ...object].join(' ')))
}

/** Entries that have every word of the query, in whatever order. */
export function matching(entries: readonly PaletteEntry[], query: string): readonly PaletteEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return entries.filter(({ label, group }) => {
    const text = `${group} ${label}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** Where a key takes the choice among `count` entries, around the ends; undefined: not its key. */
export function moved(key: string, active: number, count: number): number | undefined {
  if (count === 0) return undefined
  if (key === 'ArrowDown') return (active + 1) % count
  if (key === 'ArrowUp') return (active + count - 1) % count
  return undefined
}
