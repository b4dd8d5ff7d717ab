import { formatCount } from '../core/figures-format.ts'
import type { DemoManifest, ParameterDefinition, SweepAxisDefinition } from '../demos/manifest.ts'
import { MAX_REPEATS } from '../run/contract.ts'
import { USAGES } from './arguments.ts'
import { formatFacts } from './table.ts'

export const helpText = (): string => `Usage: interleave COMMAND
${USAGES.map((usage) => `  ${usage}\n`).join('')}
Commands
${formatFacts([
  { label: 'list', value: 'the demos, their variants and parameters' },
  { label: 'pythons', value: 'the interpreters of Python on this machine' },
  { label: 'demos', value: 'demos of your own, from FOLDER from now on; --forget: from none' },
  { label: 'run', value: 'runs a demo, records it and says what was found' },
  { label: 'record', value: 'runs and records a Python script of yours, as it stands' },
  { label: 'stats', value: 'lanes, locks and queues of a recording' },
  { label: 'compare', value: 'what two to six recordings differ in: times, lanes, locks, queues' },
  { label: 'open', value: 'shows a recording in the browser' },
  {
    label: 'verify',
    value: 'checks every part of a recording; with --rebuild, its figures against its events',
  },
  {
    label: 'program',
    value: 'runs main, or EXPORT, of a module with threads and processes of its own',
  },
  { label: 'glossary', value: 'the field’s words, or what TERM means' },
  { label: 'serve', value: 'opens Interleave in the browser' },
])}
Options of run
${formatFacts([
  { label: '--variant V', value: 'one of the demo’s variants' },
  { label: '--param NAME=VALUE', value: 'a parameter; may be given for each' },
  {
    label: '--others V,V',
    value: 'other variants to run in turns with it, in place of its baseline',
  },
  {
    label: '--sweep NAME=V,V,V',
    value: 'run it with each of these values; may be given twice, then every pair is run',
  },
  { label: '--sweep ID', value: 'a sweep that the demo defines; its help lists them' },
  { label: '--quick', value: 'the demo’s small parameters, once: about a second' },
  { label: '--repeats N', value: `how often, 1 to ${formatCount(MAX_REPEATS)}` },
  { label: '--no-baseline', value: 'do not alternate with the variant it is compared with' },
  {
    label: '--engine E',
    value: 'node, cpython (the newest), 3.13, 3.13t or cpython:PATH; 3.13,spawn chooses more',
  },
  { label: '--twin E', value: 'run it on this one too, alternating, and compare' },
  { label: '--start-method M', value: 'fork, spawn or forkserver, under CPython' },
  { label: '--record FILE.ilv', value: 'where to keep the recording' },
])}
--json prints one JSON document. interleave run DEMO --help explains a demo.
Progress goes to standard error, the result to standard output.
record prints what the script prints, then what was found on standard error, and ends with the
script's exit code, or 128 and the signal that ended it. --folder DIR is where it works. What it
prints comes line by line as UTF-8, at most 100,000 lines; what it reads from standard input has to
end, after at most 1 MiB, and is empty at a terminal.
Exit codes: 0 done, 1 failed run or file, 2 wrong usage; 130 after Ctrl-C has ended the run.
`

function parameterHelp(parameter: ParameterDefinition): string {
  const { help, minimum, maximum, unit } = parameter
  const bounds = `${minimum} to ${maximum}${unit === undefined ? '' : ` ${unit}`}`
  return `${help} ${bounds}, default ${parameter.default}.`
}

const sweepsHelp = ({ sweeps = [] }: DemoManifest): string =>
  sweeps.length === 0
    ? ''
    : `Sweeps (--sweep)\n${formatFacts(
        sweeps.map(({ id, label, help, axes }) => ({
          label: id,
          value: `${label}. ${help} Over ${axes.map(axisHelp).join(' and ')}.`,
        })),
      )}`

const axisHelp = ({ parameter, values }: SweepAxisDefinition): string =>
  typeof values === 'string' ? `${parameter}, 1 ${values}` : `${parameter}=${values.join(',')}`

const quickHelp = ({ quick }: DemoManifest): string =>
  [...Object.entries(quick).map(([id, value]) => `${id}=${value}`), 'one repeat'].join(', ')

export const demoHelp = (manifest: DemoManifest): string => `${manifest.title}: ${manifest.summary}

Variants (--variant)
${formatFacts(
  manifest.variants.map(({ id, label, help }) => ({
    label: id,
    value: `${label}. ${help}${id === manifest.defaultVariant ? ' The default.' : ''}`,
  })),
)}
Parameters (--param)
${formatFacts(manifest.parameters.map((each) => ({ label: each.id, value: parameterHelp(each) })))}
${sweepsHelp(manifest)}Quick (--quick): ${quickHelp(manifest)}
Repeats: ${manifest.defaultRepeats} unless --repeats says otherwise.
`
