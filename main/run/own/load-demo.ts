import { basename } from 'node:path'
import type { LaunchedProcess, ProcessExit, ProcessLauncher } from '../process.ts'
import type { Broken } from './fault.ts'
import { signatureOf } from './seen-files.ts'
import type { Loaded, LoadTask } from './loaded.ts'
import type { FromLoader } from './loader-channel.ts'

/** Milliseconds until a demo whose top level does not come to its end is given up. */
export const LOADING_LIMIT = 5_000
/** For the loader itself to come up, which a busy machine may draw out. */
const BOOTING_LIMIT = 60_000

/** Loads one demo in a process of its own, which is gone when this resolves. */
export async function loadDemo(
  launcher: ProcessLauncher,
  task: LoadTask,
  signal: AbortSignal,
  limit = LOADING_LIMIT,
): Promise<Loaded> {
  // Before it is read: what changes meanwhile is loaded again the next time.
  const seen = await signatureOf(task.path)
  if (signal.aborted) return brokenBecause(task, seen, STOPPED)
  const loader = launcher.fork('loader', [])
  const gone = new Promise<ProcessExit>((resolve) => loader.onExit(resolve))
  const stop = () => loader.kill()
  signal.addEventListener('abort', stop)
  let timer = setTimeout(stop, BOOTING_LIMIT)
  const onPosted = () => {
    clearTimeout(timer)
    timer = setTimeout(stop, limit)
  }
  try {
    const loaded = await Promise.race([answerOf(loader, task, onPosted), gone])
    if ('type' in loaded) return loaded
    return brokenBecause(task, seen, endWords(loaded, limit))
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    loader.kill()
    await gone
  }
}

const STOPPED = ['Interleave is closing.', 'Start it again.'] as const

const answerOf = (loader: LaunchedProcess, task: LoadTask, onPosted: () => void): Promise<Loaded> =>
  new Promise((resolve) => {
    loader.onMessage((message) => {
      // The other end is our own loader.
      const told = message as FromLoader
      if (told.type !== 'ready') return resolve(told)
      loader.post(task)
      onPosted()
    })
  })

function endWords({ code, signal, error }: ProcessExit, limit: number): readonly [string, string] {
  if (error !== undefined) return [`It could not be loaded (${error}).`, 'Try again.']
  if (signal === 'SIGKILL')
    return [
      `It did not come to the end of its top level within ${limit / 1_000} s.`,
      'What a demo does belongs into the functions that it exports.',
    ]
  return [
    `Loading it ended the process (${signal ?? `exit code ${code ?? 0}`}).`,
    'What a demo does belongs into the functions that it exports.',
  ]
}

function brokenBecause(
  { path }: LoadTask,
  seen: string,
  [message, remedy]: readonly [string, string],
): Loaded {
  const broken: Broken = { file: basename(path), line: 0, message, remedy, detail: '' }
  return { type: 'broken', broken, files: { [path]: seen } }
}
