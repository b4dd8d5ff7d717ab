/** The keys of the timeline. */
import type { Command } from './keymap.ts'

type Direction = 'previous' | 'next'

/** The timeline as the keys need it. */
export interface TimelineKeys {
  zoom(factor: number): void
  pan(fraction: number): void
  fit(): void
  togglePause(): void
  showEnd(end: 'first' | 'last'): void
  jump(direction: Direction, what: 'contention' | 'event'): Promise<void>
  followBlame(to: 'holder' | 'ender'): Promise<void>
  isTableOpen: boolean
  readonly selection: { readonly detail: { readonly blame?: object } } | undefined
  readonly rows: {
    readonly isArranged: boolean
    reset(): void
    toggleOnlyContended(): void
    toggleHideIdle(): void
  }
  readonly notes: { isListed: boolean; readonly all: readonly unknown[] }
  readonly path: { readonly isOn: boolean }
  readonly flows: { readonly count: number }
  readonly find: { readonly matches: readonly unknown[] }
  readonly places: { readonly canGoBack: boolean; back(): void }
  readonly actions: TimelineActionKeys
}

interface TimelineActionKeys {
  readonly isAnythingChosen: boolean
  clear(): void
  fit(): void
  walkRows(direction: 'up' | 'down'): Promise<void>
  moveRow(direction: 'up' | 'down'): void
  togglePin(): void
  extendRange(share: number): void
  rangeIn(): void
  rangeOut(): void
  addNote(): void
  stepNote(direction: Direction): void
  openFind(): void
  stepMatch(direction: Direction): void
  togglePath(): void
  stepPath(direction: Direction): Promise<void>
  toggleFlows(): void
  stepFlow(direction: Direction): void
}

const ZOOM = 1.5
const PAN = 0.2
/** Share of the view by which one press moves the end of a range. */
const EXTEND = 0.02

export function timelineCommands(
  timeline: TimelineKeys,
  { isShown, goToTime }: { readonly isShown: () => boolean; readonly goToTime: () => void },
): readonly Command[] {
  const { actions } = timeline
  const command = (
    id: string,
    keys: readonly string[],
    label: string,
    run: (key: string) => unknown,
    when: () => boolean = () => true,
  ): Command => ({
    id,
    keys,
    label,
    group: 'Timeline',
    when: () => isShown() && when(),
    run: (key) => void run(key),
  })
  /** The first of two keys goes back, the second on. */
  const pair = (
    id: string,
    keys: readonly [string, string],
    label: string,
    step: (direction: Direction) => unknown,
    when?: () => boolean,
  ): Command => command(id, keys, label, (key) => step(key === keys[0] ? 'previous' : 'next'), when)
  const inGroup = (group: Command['group'], each: Command, names?: readonly string[]): Command => ({
    ...each,
    group,
    ...(names && { names }),
  })
  const arranging = (...given: Parameters<typeof command>) => inGroup('Rows', command(...given))
  const marking = (...given: Parameters<typeof command>) => inGroup('Marks', command(...given))
  const markPair = (...given: Parameters<typeof pair>) => inGroup('Marks', pair(...given))
  return [
    command(
      'clear',
      ['Escape'],
      'Clear the selection',
      () => actions.clear(),
      () => actions.isAnythingChosen,
    ),
    command(
      'back',
      ['Alt+ArrowLeft'],
      'Back to the view before a jump',
      () => timeline.places.back(),
      () => timeline.places.canGoBack,
    ),
    command('pause', [' '], 'Pause the view, return to live', () => timeline.togglePause()),
    command('zoom', ['w', 's'], 'Zoom in, zoom out', (key) =>
      timeline.zoom(key === 'w' ? ZOOM : 1 / ZOOM),
    ),
    command('pan', ['a', 'd', 'ArrowLeft', 'ArrowRight'], 'Earlier, later', (key) =>
      timeline.pan(key === 'a' || key === 'ArrowLeft' ? -PAN : PAN),
    ),
    command('ends', ['Home', 'End'], 'To the beginning, to the end or now', (key) =>
      timeline.showEnd(key === 'Home' ? 'first' : 'last'),
    ),
    command('go-to-time', ['g'], 'Go to a time', goToTime),
    command('fit-selection', ['f'], 'Fit the selection or the range', () => actions.fit()),
    command('fit', ['0'], 'Fit the whole run', () => timeline.fit()),
    pair('contention', ['[', ']'], 'Previous, next contention', (direction) =>
      timeline.jump(direction, 'contention'),
    ),
    pair('event', [',', '.'], 'Previous, next event', (direction) =>
      timeline.jump(direction, 'event'),
    ),
    command(
      'blame',
      ['h', 'u'],
      'To the holder, to the release',
      (key) => timeline.followBlame(key === 'h' ? 'holder' : 'ender'),
      () => timeline.selection?.detail.blame !== undefined,
    ),
    inGroup(
      'Marks',
      command(
        'range',
        ['Shift+ArrowLeft', 'Shift+ArrowRight'],
        'Range end earlier, range end later',
        (key) => actions.extendRange(key === 'Shift+ArrowLeft' ? -EXTEND : EXTEND),
      ),
      ['Shift', 'ArrowLeft', 'ArrowRight'],
    ),
    marking('range-ends', ['i', 'o'], 'Begin the range here, end the range here', (key) =>
      key === 'i' ? actions.rangeIn() : actions.rangeOut(),
    ),
    marking('path', ['c'], 'Critical path', () => actions.togglePath()),
    markPair(
      'path-step',
      ['q', 'e'],
      'Previous, next on the critical path',
      (direction) => actions.stepPath(direction),
      () => timeline.path.isOn,
    ),
    marking('flows', ['v'], 'Ways of items', () => actions.toggleFlows()),
    markPair(
      'flow',
      ['j', 'k'],
      'Previous, next item',
      (direction) => actions.stepFlow(direction),
      () => timeline.flows.count > 0,
    ),
    marking('note', ['m'], 'Add a note', () => actions.addNote()),
    marking('notes', ['n'], 'List the notes', () => {
      timeline.notes.isListed = !timeline.notes.isListed
    }),
    markPair(
      'note-step',
      ['b', 'x'],
      'Previous, next note',
      (direction) => actions.stepNote(direction),
      () => timeline.notes.all.length > 0,
    ),
    marking('find', ['Mod+f'], 'Search rows and text', () => actions.openFind()),
    markPair(
      'match',
      ['Shift+F3', 'F3'],
      'Previous, next match',
      (direction) => actions.stepMatch(direction),
      () => timeline.find.matches.length > 0,
    ),
    marking('table', ['l'], 'Table of what is in view', () => {
      timeline.isTableOpen = !timeline.isTableOpen
    }),
    arranging('row', ['ArrowUp', 'ArrowDown'], 'Row above, row below', (key) =>
      actions.walkRows(key === 'ArrowUp' ? 'up' : 'down'),
    ),
    inGroup(
      'Rows',
      command(
        'move-row',
        ['Shift+ArrowUp', 'Shift+ArrowDown'],
        'Move the row up, move the row down',
        (key) => actions.moveRow(key === 'Shift+ArrowUp' ? 'up' : 'down'),
      ),
      ['Shift', 'ArrowUp', 'ArrowDown'],
    ),
    arranging('pin', ['p'], 'Pin the row to the top', () => actions.togglePin()),
    arranging('only-contended', ['y'], 'Only rows with contention', () =>
      timeline.rows.toggleOnlyContended(),
    ),
    arranging('hide-idle', ['z'], 'Hide rows that do nothing', () =>
      timeline.rows.toggleHideIdle(),
    ),
    arranging(
      'reset-rows',
      [],
      'All rows, as they appeared',
      () => timeline.rows.reset(),
      () => timeline.rows.isArranged,
    ),
  ]
}
