/** What the keys do: the one table, made of what the window can do. */
import type { Command } from './keymap.ts'
import { PALETTE } from './palette.ts'
import { TABS, type Tab } from './settings.svelte.ts'

/** The timeline as the keys need it. */
export interface TimelineKeys {
  readonly selection: unknown
  zoom(factor: number): void
  pan(fraction: number): void
  fit(): void
  fitSelection(): void
  togglePause(): void
  clearSelection(): void
  selectTrack(direction: 'up' | 'down'): void
  jump(direction: 'previous' | 'next', what: 'contention' | 'event'): Promise<void>
}

export interface WindowKeys {
  /** A timeline is on screen. */
  hasTimeline(): boolean
  /** The lower pane is on screen. */
  hasTabs(): boolean
  canRun(): boolean
  canStop(): boolean
  run(): void
  stop(): void
  search(): void
  keys(): void
  palette(): void
  /** `Ctrl`, or `Cmd` on a Mac. */
  readonly controlKey: string
  show(tab: Tab): void
  toggleTheme(): void
}

const ZOOM = 1.5
const PAN = 0.2

export function makeCommands(window: WindowKeys, timeline: TimelineKeys): readonly Command[] {
  const onTimeline = (
    id: string,
    keys: readonly string[],
    label: string,
    run: (key: string) => unknown,
  ): Command => ({
    id,
    keys,
    label,
    group: 'Timeline',
    when: () => window.hasTimeline(),
    run: (key) => void run(key),
  })
  return [
    {
      id: 'run',
      group: 'Run',
      keys: ['r'],
      label: 'Run the demo',
      when: () => window.canRun(),
      run: () => window.run(),
    },
    {
      id: 'stop',
      group: 'Run',
      keys: ['Escape'],
      label: 'Stop the run',
      when: () => window.canStop(),
      run: () => window.stop(),
    },
    onTimeline('pause', [' '], 'Pause the view, return to live', () => timeline.togglePause()),
    onTimeline('zoom', ['w', 's'], 'Zoom in, zoom out', (key) =>
      timeline.zoom(key === 'w' ? ZOOM : 1 / ZOOM),
    ),
    onTimeline('pan', ['a', 'd', 'ArrowLeft', 'ArrowRight'], 'Earlier, later', (key) =>
      timeline.pan(key === 'a' || key === 'ArrowLeft' ? -PAN : PAN),
    ),
    onTimeline('row', ['ArrowUp', 'ArrowDown'], 'Row above, row below', (key) =>
      timeline.selectTrack(key === 'ArrowUp' ? 'up' : 'down'),
    ),
    onTimeline('contention', ['[', ']'], 'Previous, next contention', (key) =>
      timeline.jump(key === '[' ? 'previous' : 'next', 'contention'),
    ),
    onTimeline('event', [',', '.'], 'Previous, next event', (key) =>
      timeline.jump(key === ',' ? 'previous' : 'next', 'event'),
    ),
    onTimeline('fit-selection', ['f'], 'Fit the selection', () => timeline.fitSelection()),
    onTimeline('fit', ['0'], 'Fit the whole run', () => timeline.fit()),
    {
      ...onTimeline('clear', ['Escape'], 'Clear the selection', () => timeline.clearSelection()),
      when: () => window.hasTimeline() && timeline.selection !== undefined,
    },
    {
      id: 'search',
      group: 'Window',
      keys: ['/'],
      label: 'Search the demos',
      run: () => window.search(),
    },
    {
      id: 'tab',
      group: 'Window',
      keys: TABS.map((_, index) => String(index + 1)),
      names: [`1 – ${TABS.length}`],
      label: 'Verdict to Source',
      when: () => window.hasTabs(),
      run: (key) => {
        const tab = TABS[Number(key) - 1]
        if (tab) window.show(tab)
      },
    },
    {
      id: 'theme',
      group: 'Window',
      keys: ['t'],
      label: 'Dark or light',
      run: () => window.toggleTheme(),
    },
    {
      id: PALETTE,
      group: 'Window',
      // Its keys have modifiers, which this table does not know: palette.ts recognises them.
      keys: [],
      names: [window.controlKey, 'Shift', 'P'],
      label: 'All commands',
      run: () => window.palette(),
    },
    {
      id: 'keys',
      group: 'Window',
      keys: ['?'],
      label: 'Show these keys',
      run: () => window.keys(),
    },
  ]
}
