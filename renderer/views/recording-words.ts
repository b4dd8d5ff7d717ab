/** How recordings are called and dated on screen. */
import type { RecordingInfo, RunRequest } from '../../main/run/contract.ts'
import type { DemoManifest, ParameterDefinition } from '../../main/demos/manifest.ts'
import { bytes, groupDigits } from '../theme/figures.ts'

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const AUTOMATIC = /^[a-z0-9-]+_\d{4}-\d{2}-\d{2}T[\dZ-]+\.ilv$/

/** Without its folder. */
export const fileName = (path: string): string => path.slice(path.search(/[^\\/]*$/))

/** The demo's title for a name that Interleave gave, else the file's own name without its ending. */
export function recordingTitle(
  { name, demo }: Pick<RecordingInfo, 'name' | 'demo'>,
  demos: readonly Pick<DemoManifest, 'id' | 'title'>[],
): string {
  if (!AUTOMATIC.test(name)) return name.replace(/\.ilv$/i, '')
  return demos.find(({ id }) => id === demo)?.title ?? demo
}

const two = (value: number): string => String(value).padStart(2, '0')

/** `16:20` today, `9 Jan` this year, else `9 Jan 2025`. @param modified milliseconds since 1970 */
export function shortDate(modified: number, now: number): string {
  const [then, today] = [new Date(modified), new Date(now)]
  if (then.toDateString() === today.toDateString())
    return `${two(then.getHours())}:${two(then.getMinutes())}`
  const day = `${then.getDate()} ${MONTHS[then.getMonth()] ?? ''}`
  return then.getFullYear() === today.getFullYear() ? day : `${day} ${then.getFullYear()}`
}

/** `9 Jan 2026, 16:20`. */
export function longDate(modified: number): string {
  const then = new Date(modified)
  const day = `${then.getDate()} ${MONTHS[then.getMonth()] ?? ''} ${then.getFullYear()}`
  return `${day}, ${two(then.getHours())}:${two(then.getMinutes())}`
}

/** Everything about one of the list, on one line. */
export const recordingTip = ({ path, bytes: size, modified }: RecordingInfo): string =>
  `${longDate(modified)}, ${bytes(size)}, ${path}`

export interface Chip {
  readonly label: string
  readonly value: string
  readonly unit: string
}

/** The parameters that were recorded, those of the demo under its names. */
export function chipsOf(
  { parameters, repeats }: RunRequest,
  definitions: readonly ParameterDefinition[],
): readonly Chip[] {
  const named = Object.entries(parameters).map(([id, value]) => {
    const definition = definitions.find((each) => each.id === id)
    return {
      label: definition?.label ?? id,
      value: groupDigits(String(value)),
      unit: definition?.unit ?? '',
    }
  })
  return [...named, { label: 'Repeats', value: String(repeats), unit: '' }]
}

/** What follows the reason in the reader's sentence about a recording that was cut short. */
export const whatIsMissing = (missing: string): string => {
  const [, rest = missing] = /^The recording was cut short: (.+)$/.exec(missing) ?? []
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}
