/** The window, and its lower pane alone, in their states. */
import { nanoseconds } from '../../main/core/units.ts'
import type { RunStatus } from '../../main/run/contract.ts'
import { FAKE_RECORDINGS } from '../hosts/fake-recordings.ts'
import type { SessionEntry } from './entry.ts'
import { COMPARE_ENTRIES } from './compare-entries.ts'
import { PYTHON_ENTRIES } from './python-entries.ts'

const DEMO = 'lock-contention'
const OVER = 1
const HALF_WAY = 0.55

const failed: Partial<RunStatus> = {
  state: 'failed',
  failure: {
    headline: 'worker-3 threw RangeError: tile 617 is outside the picture',
    kept: 'Kept: all events up to 1.24 s; the recording is complete until then.',
    remedy: 'Look at the last event of worker-3, or run it again with fewer rounds.',
    detail: 'RangeError: tile 617 is outside the picture\n    at decode (program.ts:18)',
  },
}
const cutOff: Partial<RunStatus> = {
  recording: {
    path: 'recordings/fake.ilv',
    bytes: 48_234_496,
    failure: 'The disk is full (ENOSPC).',
  },
}
/** In the folder of the fake host. */
const recording = (nth: number): string => FAKE_RECORDINGS[nth]?.path ?? ''

const pane = (entry: Omit<SessionEntry, 'kind'>): SessionEntry => ({
  kind: 'pane',
  demo: DEMO,
  request: {},
  height: 240,
  ...entry,
})
const window = (entry: Omit<SessionEntry, 'kind'>): SessionEntry => ({
  kind: 'window',
  demo: DEMO,
  width: 1280,
  height: 720,
  ...entry,
})
const charts = (entry: Omit<SessionEntry, 'kind'>): SessionEntry =>
  pane({ tab: 'charts', width: 1200, height: 720, ...entry })

const PANES: readonly SessionEntry[] = [
  pane({ id: 'lanes', title: 'Lanes', tab: 'lanes', options: { standAt: OVER } }),
  pane({
    id: 'lanes-live',
    title: 'Lanes, live',
    tab: 'lanes',
    options: { standAt: HALF_WAY, scenario: 'pipeline' },
  }),
  pane({
    id: 'lanes-crowd',
    title: '64 lanes',
    tab: 'lanes',
    options: { standAt: OVER, scenario: 'crowd' },
  }),
  pane({
    id: 'locks',
    title: 'Locks',
    tab: 'locks',
    options: { standAt: OVER, scenario: 'crowd' },
  }),
  pane({
    id: 'queues',
    title: 'Queues',
    tab: 'queues',
    options: { standAt: OVER, scenario: 'pipeline' },
  }),
  pane({
    id: 'counters-table',
    title: 'Semaphore, barrier, condition, pool',
    tab: 'counters',
    options: { standAt: OVER, scenario: 'counters' },
  }),
  pane({
    id: 'lanes-range',
    title: 'Lanes of a range',
    tab: 'lanes',
    options: { standAt: OVER, scenario: 'pipeline' },
    range: [140, 230],
  }),
  pane({
    id: 'queues-none',
    title: 'Queues, none',
    tab: 'queues',
    options: { standAt: OVER },
  }),
  pane({
    id: 'names-table',
    title: 'Lanes with names hard to set',
    tab: 'lanes',
    options: { standAt: OVER, scenario: 'names' },
    unpictured: true,
  }),
  pane({
    id: 'verdict',
    title: 'Verdict',
    tab: 'verdict',
    demo: 'gil-countdown',
    request: { repeats: 5, baseline: true },
    options: { standAt: OVER },
  }),
  pane({
    id: 'verdict-open',
    title: 'Verdict, nothing to compare',
    tab: 'verdict',
    options: { standAt: OVER },
  }),
  pane({
    id: 'verdict-cases',
    title: 'Verdict of several variants',
    tab: 'verdict',
    demo: 'gil-countdown',
    request: { repeats: 5, others: ['one-thread', 'two-threads-parallel', 'two-processes'] },
    options: { standAt: OVER },
    width: 1280,
    height: 260,
  }),
  pane({
    id: 'verdict-sweep',
    title: 'Verdict of a sweep, with its law',
    tab: 'verdict',
    request: { repeats: 5, sweep: [{ parameter: 'threads', values: [1, 2, 3, 4, 6, 8, 12, 16] }] },
    options: { standAt: OVER },
    width: 1280,
    height: 460,
  }),
  pane({
    id: 'verdict-grid',
    title: 'Verdict of two swept parameters',
    tab: 'verdict',
    request: {
      repeats: 3,
      sweep: [
        { parameter: 'held', values: [0.1, 0.3, 1, 3, 10] },
        { parameter: 'outside', values: [0, 1, 10] },
      ],
    },
    options: { standAt: OVER },
    width: 1280,
    height: 460,
  }),
  pane({
    id: 'verdict-live',
    title: 'Verdict, not yet',
    tab: 'verdict',
    options: { standAt: HALF_WAY },
  }),
  pane({
    id: 'output',
    title: 'Output',
    tab: 'output',
    options: { standAt: OVER, scenario: 'failed' },
  }),
  pane({
    id: 'output-none',
    title: 'Output, none yet',
    tab: 'output',
    options: { standAt: 0.2, scenario: 'contended' },
  }),
  pane({ id: 'nothing-run', title: 'Nothing has run', tab: 'lanes', request: undefined }),
  charts({ id: 'charts-lock', title: 'Charts of a lock', options: { standAt: OVER } }),
  charts({
    id: 'charts-queue',
    title: 'Charts of queues',
    options: { standAt: OVER, scenario: 'pipeline' },
  }),
  charts({
    id: 'charts-live',
    title: 'Charts, live',
    options: { standAt: HALF_WAY, scenario: 'pipeline' },
  }),
  charts({
    id: 'charts-range',
    title: 'Charts of a range',
    options: { standAt: OVER, scenario: 'pipeline' },
    range: [140, 230],
  }),
  charts({
    id: 'charts-compared',
    title: 'Charts of variants',
    demo: 'gil-countdown',
    request: { repeats: 5, baseline: true },
    options: { standAt: OVER },
  }),
  charts({
    id: 'charts-cases',
    title: 'Charts of a sweep',
    request: { repeats: 5, sweep: [{ parameter: 'threads', values: [1, 2, 3, 4, 6, 8, 12, 16] }] },
    options: { standAt: OVER },
  }),
  charts({
    id: 'charts-crowd',
    title: 'Charts of 64 lanes',
    options: { standAt: OVER, scenario: 'crowd' },
  }),
  charts({
    id: 'charts-empty',
    title: 'Charts of nothing',
    options: { standAt: 0, scenario: 'one-lane' },
  }),
]

const TEACHING: readonly SessionEntry[] = [
  window({
    id: 'predict',
    title: 'A question before the run',
    demo: 'gil-countdown',
    tab: 'source',
    prepare: ({ predictions }) =>
      predictions.choose('gil-countdown', 'two-threads-gil', 'time', 'same'),
  }),
  pane({
    id: 'predicted',
    title: 'What was said, and what was measured',
    demo: 'gil-countdown',
    request: { repeats: 5, baseline: true },
    options: { standAt: OVER },
    tab: 'verdict',
    height: 320,
    prepare: ({ predictions }) =>
      predictions.choose('gil-countdown', 'two-threads-gil', 'time', 'shorter'),
  }),
  window({
    id: 'glossary',
    title: 'The glossary',
    demo: 'gil-countdown',
    tab: 'source',
    prepare: async ({ glossary }) => {
      await Promise.all([glossary.load(), import('../views/GlossaryPanel.svelte')])
      glossary.open('convoy-effect')
    },
  }),
  pane({
    id: 'line',
    title: 'The line of a span',
    request: {},
    options: { standAt: OVER },
    tab: 'source',
    width: 1200,
    height: 420,
    line: 'program.ts:21',
  }),
]

const WINDOWS: readonly SessionEntry[] = [
  window({ id: 'welcome', title: 'Welcome', demo: undefined }),
  window({ id: 'chosen', title: 'A demo is chosen', tab: 'source' }),
  window({
    id: 'compare-open',
    title: 'What runs together',
    demo: 'gil-countdown',
    prepare: ({ form }) => form?.cases.compare(form.variant, 'two-processes', true),
    press: ['.button.compare'],
  }),
  window({
    id: 'sweep-typed',
    title: 'A sweep of two parameters',
    prepare: ({ form }) => {
      form?.cases.sweepParameter('held')
      form?.cases.addAxis()
      form?.cases.typeValues(1, '1, 2, many')
    },
    press: ['.button.compare'],
  }),
  window({
    id: 'refused-field',
    title: 'A refusal with its estimate',
    options: { refuse: 'estimate' },
    prepare: (session) => session.start(),
  }),
  window({
    id: 'window-cases',
    title: 'Several variants were run',
    demo: 'gil-countdown',
    request: { repeats: 5, others: ['one-thread', 'two-processes'] },
    options: { standAt: OVER },
    tab: 'verdict',
  }),
  window({
    id: 'window-live',
    title: 'A run goes on',
    unpictured: true,
    request: {},
    options: { standAt: HALF_WAY },
    tab: 'lanes',
  }),
  window({
    id: 'window-finished',
    title: 'A run is over',
    demo: 'gil-countdown',
    request: { repeats: 5, baseline: true },
    options: { standAt: OVER },
    tab: 'verdict',
  }),
  window({
    id: 'window-failed',
    title: 'A run failed',
    request: {},
    options: { standAt: OVER, scenario: 'failed', status: failed },
    tab: 'output',
  }),
  window({
    id: 'window-deadlock',
    title: 'A deadlock',
    request: {},
    options: { standAt: 0.6, scenario: 'deadlock', status: { state: 'stopped' } },
    tab: 'lanes',
  }),
  window({
    id: 'window-cut-off',
    title: 'The disk is full',
    unpictured: true,
    request: {},
    options: {
      standAt: HALF_WAY,
      status: { ...cutOff, dropped: 1_204_377, elapsed: nanoseconds(3.6e9) },
    },
    tab: 'lanes',
  }),
  window({ id: 'window-opened', title: 'An opened recording', opens: recording(0), tab: 'locks' }),
  window({
    id: 'window-cut-short',
    title: 'A recording cut short',
    opens: recording(1),
    tab: 'lanes',
  }),
  window({ id: 'window-reading', title: 'A large recording is read', opens: recording(2) }),
  window({
    id: 'window-unknown',
    title: 'A recording of an unknown demo',
    unpictured: true,
    opens: recording(3),
    tab: 'lanes',
  }),
  window({ id: 'window-damaged', title: 'A damaged recording', opens: recording(4) }),
]

export const SESSION_ENTRIES: readonly SessionEntry[] = [
  ...PANES,
  ...TEACHING,
  ...WINDOWS,
  ...PYTHON_ENTRIES,
  ...COMPARE_ENTRIES,
]
