/** The catalogue's demos, in its order. */
import type { Verdict } from '../run/contract.ts'
import { isCasesRun } from './cases.ts'
import { judgeCases } from './cases-verdict.ts'
import { THREAD_BYTES, threadsOf } from './costs.ts'
import type { Demo, Estimate, VerdictInput } from './demo.ts'
import { completed } from './every-verdict.ts'
import { explainScript, judgeFailed } from './failed-programs.ts'
import { demo as barrier } from './barrier/demo.ts'
import { demo as boundedQueue } from './bounded-queue/demo.ts'
import { demo as conditionHandOver } from './condition-hand-over/demo.ts'
import { demo as diningPhilosophers } from './dining-philosophers/demo.ts'
import { demo as falseSharing } from './false-sharing/demo.ts'
import { demo as endlessSender } from './endless-sender/demo.ts'
import { demo as forkHeldLock } from './fork-held-lock/demo.ts'
import { demo as gilConvoy } from './gil-convoy/demo.ts'
import { demo as gilCountdown } from './gil-countdown/demo.ts'
import { demo as gilWaiting } from './gil-waiting/demo.ts'
import { demo as lockContention } from './lock-contention/demo.ts'
import { demo as lockFairness } from './lock-fairness/demo.ts'
import { demo as lostUpdates } from './lost-updates/demo.ts'
import { demo as messageSize } from './message-size/demo.ts'
import { demo as poolChunkSize } from './pool-chunk-size/demo.ts'
import { demo as poolMap } from './pool-map/demo.ts'
import { demo as readersWriters } from './readers-writers/demo.ts'
import { demo as referenceCounts } from './reference-counts/demo.ts'
import { demo as scalingSweep } from './scaling-sweep/demo.ts'
import { demo as semaphore } from './semaphore/demo.ts'
import { demo as senderReceiverProcess } from './sender-receiver-process/demo.ts'
import { demo as senderReceiverThread } from './sender-receiver-thread/demo.ts'
import { demo as sharedOrCopied } from './shared-or-copied/demo.ts'
import { demo as startMethods } from './start-methods/demo.ts'
import { demo as threadsProcessesAsync } from './threads-processes-async/demo.ts'
import { parametersOf } from './manifest.ts'
import type { OwnDemoData } from './own/own-data.ts'
import { ownDemo } from './own/own-demo.ts'
import { manifest as pythonScript } from './python-script/manifest.ts'
import { judge as judgeScript } from './python-script/verdict.ts'
import { isTwinRun, judgeTwin } from './twin-verdict.ts'
import { sayFailures } from './verdict-parts.ts'

/** Chapter by chapter: those of the note, then the laboratory. */
const programs: readonly Demo[] = [
  // The GIL
  gilCountdown,
  gilWaiting,
  gilConvoy,
  // Processes and pools
  startMethods,
  forkHeldLock,
  poolMap,
  // Sender and receiver
  senderReceiverThread,
  senderReceiverProcess,
  endlessSender,
  // Memory
  sharedOrCopied,
  lostUpdates,
  referenceCounts,
  // Locks
  lockContention,
  lockFairness,
  diningPhilosophers,
  readersWriters,
  // Queues
  boundedQueue,
  messageSize,
  poolChunkSize,
  // Coordination
  semaphore,
  barrier,
  conditionHandOver,
  // Scaling
  scalingSweep,
  falseSharing,
  threadsProcessesAsync,
]

const NOTHING: Estimate = { seconds: 0, bytes: 0 }

/** Failures, twin runs and tables of cases are judged alike, whatever the demo. */
const complete = (demo: Demo): Demo => ({
  ...demo,
  work: (given, variant) => demo.work(parametersOf(demo.manifest, variant, given), variant),
  ...(demo.estimate && {
    estimate: (given, variant, engine = 'node', processors = Infinity) => {
      const parameters = parametersOf(demo.manifest, variant, given)
      const own = demo.estimate?.(parameters, variant, engine, processors) ?? NOTHING
      const threads = engine === 'node' ? threadsOf(demo, parameters) : 0
      return { ...own, bytes: own.bytes + threads * THREAD_BYTES }
    },
  }),
  judge: (given) => {
    const parameters = parametersOf(demo.manifest, given.variant, given.parameters)
    const own = { ...given, parameters }
    return (
      judgeFailed(own, worksInstead(demo, given.variant)) ??
      completed(demo, own, sayFailures(own, judged(demo, given, own)))
    )
  },
})

/**
 * @param given as the run was asked for: each of several cases may run with other parameters
 * @param own the same with those of the variant
 */
function judged(demo: Demo, given: VerdictInput, own: VerdictInput): Verdict {
  if (isTwinRun(own)) return judgeTwin(own)
  return isCasesRun(demo, given) ? judgeCases(demo, given) : demo.judge(own)
}

export const demos: readonly Demo[] = programs.map(complete)

/** A demo of the user's own. */
export const ownDemoOf = (data: OwnDemoData): Demo => complete(ownDemo(data))

/** Not in the catalogue: it needs a script. */
export const scriptDemo: Demo = {
  manifest: pythonScript,
  unit: '',
  work: () => 0,
  judge: (input) =>
    completed(
      scriptDemo,
      input,
      isTwinRun(input) ? judgeTwin(input) : explainScript(input, judgeScript(input)),
    ),
}

/** @param known the catalogue's, and maybe the user's own */
export const findDemo = (id: string, known: readonly Demo[] = demos): Demo | undefined =>
  [...known, scriptDemo].find((demo) => demo.manifest.id === id)

function worksInstead({ manifest: { variants } }: Demo, variant: string): string | undefined {
  const works = variants.find(({ id }) => id === variant)?.works
  return variants.find(({ id }) => id === works)?.label
}
