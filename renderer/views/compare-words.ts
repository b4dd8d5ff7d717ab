/** What members of a comparison are called, and what they can be aligned at. */
import type { DemoManifest } from '../../main/demos/manifest.ts'
import { WHOLE } from '../../main/export/compare/members.ts'
import type { RecordingInfo } from '../../main/run/contract.ts'
import { partsOfLabel } from '../../main/run/section-label.ts'
import type { ComparedMember } from '../session/comparison.svelte.ts'
import type { DemoRun } from '../session/demo-run.svelte.ts'
import { manifestOf } from '../session/recorded-demo.ts'
import type { Mark } from '../timeline/compare/marks.ts'
import { fileName, recordingTitle, shortDate } from './recording-words.ts'
import { midSentence } from './words.ts'

/** `Two threads, GIL, threads 4, CPython 3.13.0`. */
export function caseName(demo: DemoManifest, label: string, run: DemoRun): string {
  const { variant, swept, engine } = partsOfLabel(label)
  const known = demo.variants.find(({ id }) => id === variant)
  const values = Object.entries(swept).map(([id, value]) => {
    const parameter = demo.parameters.find((each) => each.id === id)
    const unit = parameter?.unit === undefined ? '' : ` ${parameter.unit}`
    return `${midSentence(parameter?.label ?? id)} ${value}${unit}`
  })
  const python = run.status.python?.length === 1 ? (run.status.python[0]?.label ?? '') : ''
  const name = label === WHOLE ? 'all of it' : (known?.label ?? variant)
  return [name, ...values, engine === '' ? python : engine].filter((each) => each !== '').join(', ')
}

/** Where a run comes from: of a recording its name or time; '' for the run of this window. */
export function originOf(
  run: DemoRun,
  list: readonly RecordingInfo[],
  demos: readonly DemoManifest[],
  now: number,
): string {
  const { recording } = run.status
  if (recording?.opened === undefined) return ''
  const listed = list.find(({ path }) => path === recording.path)
  const name = fileName(recording.path)
  if (listed === undefined) return name
  const title = recordingTitle(listed, demos)
  const isOwn = title !== name.replace(/\.ilv$/i, '')
  return isOwn ? shortDate(listed.modified, now) : title
}

/** Of all members, as short as tells them apart. */
export function memberNames(
  members: readonly ComparedMember[],
  demos: readonly DemoManifest[],
  list: readonly RecordingInfo[],
  now: number,
): readonly string[] {
  const isOneDemo = new Set(members.map(({ run }) => run.request.demo)).size < 2
  const isOneRun = new Set(members.map(({ run }) => run)).size < 2
  const cases = members.map(({ run, label }) => `${run.id} ${label}`)
  return members.map(({ run, label, repeat }, index) => {
    const demo = manifestOf(demos, run.request)
    const origin = isOneRun ? '' : originOf(run, list, demos, now)
    const isTwice = cases.filter((each) => each === cases[index]).length > 1
    return [
      isOneDemo ? '' : demo.title,
      caseName(demo, label, run),
      origin,
      isTwice ? `repeat ${repeat}` : '',
    ]
      .filter((each) => each !== '')
      .join(', ')
  })
}

const MARK_WORDS = {
  start: 'beginning',
  end: 'end',
  put: 'first put',
  get: 'first get',
  contention: 'first contention',
  note: 'first note',
  hand: 'by hand',
} as const

export const MARK_KINDS = ['start', 'end', 'put', 'get', 'contention', 'note'] as const

/** `first put`, `Thread-1 begins`. */
export const markWords = (mark: Mark): string =>
  mark.kind === 'lane' ? `${mark.name} begins` : MARK_WORDS[mark.kind]
