/** What lies in the fake host's recordings folder, and what becomes of each that is opened. */
import type { RecordingInfo, RunRequest, RunStatus } from '../../main/run/contract.ts'
import type { FakeOptions } from './fake.ts'

const FOLDER = '/home/ada/.local/share/interleave/recordings'

interface FakeRecording {
  readonly info: RecordingInfo
  readonly parameters: RunRequest['parameters']
  /** Share of the run that it has. */
  readonly share: number
  readonly status: Partial<RunStatus>
  readonly missing?: string
}

const recording = (
  name: string,
  modified: string,
  megabytes: number,
  rest: Partial<FakeRecording> & { demo?: string; variant?: string } = {},
): FakeRecording => {
  const { demo = name.split('_')[0] ?? '', variant = '', ...other } = rest
  const info = { name, path: `${FOLDER}/${name}`, bytes: megabytes * 1e6, demo, variant }
  return {
    info: { ...info, modified: Date.parse(modified) },
    parameters: { threads: 2, count: 50_000_000 },
    share: 1,
    status: { state: 'finished' },
    ...other,
  }
}

const RECORDINGS: readonly FakeRecording[] = [
  recording('gil-countdown_2026-01-09T16-20-11-402Z.ilv', '2026-01-09T16:20:17Z', 1.31, {
    variant: 'two-threads-gil',
  }),
  recording('lock-contention_2026-01-09T15-02-40-118Z.ilv', '2026-01-09T15:03:02Z', 12.4, {
    variant: 'one-lock',
    share: 0.6,
    status: { state: 'stopped' },
    missing:
      'The recording was cut short: the chunk that begins at byte 12400112 is not whole, and everything after it is missing.',
  }),
  recording('overnight-large.ilv', '2026-01-08T23:10:00Z', 1_240, {
    demo: 'sender-receiver-thread',
    variant: 'thread',
    share: 0,
    status: { state: 'starting', done: 496e6, total: 1_240e6, unit: 'bytes' },
  }),
  recording('from-a-colleague.ilv', '2026-01-05T09:41:00Z', 4.8, {
    demo: 'dining-philosophers',
    variant: 'ordered',
  }),
  recording('damaged.ilv', '2026-01-02T11:00:00Z', 0.42, { demo: '' }),
]

export const FAKE_RECORDINGS: readonly RecordingInfo[] = RECORDINGS.map(({ info }) => info)

/** Undefined: it is none that can be read. */
export function fakeRecording(
  path: string,
): { readonly request: RunRequest; readonly options: FakeOptions } | undefined {
  const found = RECORDINGS.find(({ info }) => info.path === path)
  if (found === undefined || found.info.demo === '') return undefined
  const { info, parameters, share, status, missing } = found
  const { demo, variant, bytes } = info
  return {
    request: { demo, variant, parameters, repeats: 1, baseline: false },
    options: {
      standAt: share,
      status: {
        ...status,
        recording: { path, bytes, opened: true, ...(missing !== undefined && { missing }) },
      },
    },
  }
}
