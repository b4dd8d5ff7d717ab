/** What the keys do: the one table, made of what the window can do. */
import type { Command } from './keymap.ts'
import { PALETTE } from './palette.ts'
import { TABS, type Tab } from './settings.svelte.ts'
import { timelineCommands, type TimelineKeys } from './timeline-commands.ts'

export interface WindowKeys {
  /** A timeline is on screen. */
  hasTimeline(): boolean
  /** The lower pane is on screen. */
  hasTabs(): boolean
  canRun(): boolean
  canStop(): boolean
  run(): void
  stop(): void
  openRecording(): void
  openScript(): void
  /** The run in view, or what is compared, side by side; or back. */
  compare(): void
  canCompare(): boolean
  /** Lays the moment under the pointer over those of the other panes. */
  alignHere(): void
  canAlign(): boolean
  search(): void
  keys(): void
  glossary(): void
  /** Opens the palette with this in its field. */
  palette(query: string): void
  /** `Ctrl`, or `Cmd` on a Mac. */
  readonly controlKey: string
  show(tab: Tab): void
  toggleTheme(): void
}

export function makeCommands(window: WindowKeys, timeline: TimelineKeys): readonly Command[] {
  const ofTimeline = timelineCommands(timeline, {
    isShown: () => window.hasTimeline(),
    goToTime: () => window.palette('go to '),
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
    // Before the one that stops the run: the same key lets go of what is selected first.
    ...ofTimeline,
    {
      id: 'stop',
      group: 'Run',
      keys: ['Escape'],
      label: 'Stop the run',
      when: () => window.canStop(),
      run: () => window.stop(),
    },
    {
      id: 'open',
      group: 'Window',
      keys: ['Mod+o'],
      label: 'Open a recording',
      run: () => window.openRecording(),
    },
    {
      id: 'open-script',
      group: 'Window',
      keys: ['Mod+Shift+o'],
      label: 'Open a Python script',
      run: () => window.openScript(),
    },
    {
      id: 'compare',
      group: 'Window',
      keys: ['='],
      label: 'Compare side by side',
      when: () => window.canCompare(),
      run: () => window.compare(),
    },
    {
      id: 'align',
      group: 'Timeline',
      keys: ['!'],
      label: 'Align what is compared here',
      when: () => window.canAlign(),
      run: () => window.alignHere(),
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
      run: () => window.palette(''),
    },
    {
      id: 'glossary',
      group: 'Window',
      keys: ['F1'],
      label: 'Glossary',
      run: () => window.glossary(),
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
