/** The catalogue's demos, in its order. */
import type { Demo } from './demo.ts'
import { explainScript, judgeFailed } from './failed-programs.ts'
import { manifest as gilConvoy } from './gil-convoy/manifest.ts'
import { judge as judgeGilConvoy } from './gil-convoy/verdict.ts'
import { manifest as gilCountdown } from './gil-countdown/manifest.ts'
import { judge as judgeGilCountdown } from './gil-countdown/verdict.ts'
import { manifest as lockContention } from './lock-contention/manifest.ts'
import { judge as judgeLockContention } from './lock-contention/verdict.ts'
import { manifest as lockFairness } from './lock-fairness/manifest.ts'
import { judge as judgeLockFairness } from './lock-fairness/verdict.ts'
import { parameter, type DemoManifest, type Parameters } from './manifest.ts'
import { manifest as poolMap } from './pool-map/manifest.ts'
import { judge as judgePoolMap } from './pool-map/verdict.ts'
import { manifest as pythonScript } from './python-script/manifest.ts'
import { judge as judgeScript } from './python-script/verdict.ts'
import { manifest as senderReceiverProcess } from './sender-receiver-process/manifest.ts'
import { judge as judgeSenderReceiverProcess } from './sender-receiver-process/verdict.ts'
import { manifest as senderReceiverThread } from './sender-receiver-thread/manifest.ts'
import { judge as judgeSenderReceiverThread } from './sender-receiver-thread/verdict.ts'
import { manifest as startMethods } from './start-methods/manifest.ts'
import { judge as judgeStartMethods } from './start-methods/verdict.ts'
import { isTwinRun, judgeTwin } from './twin-verdict.ts'
import { sayFailures } from './verdict-parts.ts'

const programs: readonly Demo[] = [
  {
    manifest: gilCountdown,
    unit: 'counts',
    work: (parameters, variant) => {
      const isAlone = variant === 'one-thread' || variant === 'note-one-thread'
      const lanes = isAlone ? 1 : parameter(parameters, 'threads')
      return Math.floor(parameter(parameters, 'count') / lanes) * lanes
    },
    judge: judgeGilCountdown,
  },
  {
    manifest: gilConvoy,
    unit: 'pings',
    work: (parameters) => parameter(parameters, 'pings'),
    judge: judgeGilConvoy,
  },
  {
    manifest: lockContention,
    unit: 'rounds',
    work: (parameters) => parameter(parameters, 'threads') * parameter(parameters, 'rounds'),
    judge: judgeLockContention,
  },
  {
    manifest: lockFairness,
    unit: 'rounds',
    work: (parameters) => parameter(parameters, 'threads') * parameter(parameters, 'rounds'),
    judge: judgeLockFairness,
  },
  {
    manifest: senderReceiverThread,
    unit: 'items',
    work: (parameters) => parameter(parameters, 'items'),
    judge: judgeSenderReceiverThread,
  },
  {
    manifest: senderReceiverProcess,
    unit: 'items',
    work: (parameters) => parameter(parameters, 'items'),
    judge: judgeSenderReceiverProcess,
  },
  {
    manifest: poolMap,
    unit: 'calls',
    work: (parameters) => parameter(parameters, 'items'),
    judge: judgePoolMap,
  },
  {
    manifest: startMethods,
    unit: 'processes',
    work: (parameters) => parameter(parameters, 'processes'),
    judge: judgeStartMethods,
  },
]

/** Failures and twin runs are judged alike, whatever the demo. */
const complete = (demo: Demo): Demo => ({
  ...demo,
  work: (given, variant) => demo.work(applied(demo.manifest, variant, given), variant),
  judge: (given) => {
    const input = { ...given, parameters: applied(demo.manifest, given.variant, given.parameters) }
    return (
      judgeFailed(input, worksInstead(demo, given.variant)) ??
      sayFailures(input, isTwinRun(input) ? judgeTwin(input) : demo.judge(input))
    )
  },
})

export const demos: readonly Demo[] = programs.map(complete)

/** Not in the catalogue: it needs a script. */
export const scriptDemo: Demo = {
  manifest: pythonScript,
  unit: '',
  work: () => 0,
  judge: (input) =>
    isTwinRun(input) ? judgeTwin(input) : explainScript(input, judgeScript(input)),
}

export const findDemo = (id: string): Demo | undefined =>
  [...demos, scriptDemo].find((demo) => demo.manifest.id === id)

function worksInstead({ manifest: { variants } }: Demo, variant: string): string | undefined {
  const works = variants.find(({ id }) => id === variant)?.works
  return variants.find(({ id }) => id === works)?.label
}

/** A program of the note takes none: its own values are the defaults of the form. */
function applied({ variants, parameters }: DemoManifest, variant: string, given: Parameters) {
  const { program, python } = variants.find(({ id }) => id === variant) ?? {}
  if (program !== undefined || python?.takes !== 'nothing') return given
  return Object.fromEntries(parameters.map((each) => [each.id, each.default]))
}
