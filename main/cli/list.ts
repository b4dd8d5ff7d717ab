import { checkDemo } from '../demos/check.ts'
import { demos } from '../demos/index.ts'
import type { DemoManifest } from '../demos/manifest.ts'
import { demoHelp, helpText } from './help.ts'
import { ExitCode, refuse, type CommandLineHost } from './host.ts'
import { formatFacts, toJson } from './table.ts'

export function list(host: CommandLineHost, json: boolean): number {
  const manifests = demos.map((demo) => demo.manifest)
  host.out.write(json ? toJson(manifests) : manifests.map(describe).join('\n'))
  return ExitCode.success
}

const describe = ({
  id,
  title,
  summary,
  variants,
  parameters,
  sweeps = [],
}: DemoManifest): string =>
  `${id}\n  ${title}. ${summary}\n${formatFacts([
    { label: 'variants', value: variants.map((variant) => variant.id).join(', ') },
    {
      label: 'parameters',
      value: parameters.map((each) => `${each.id}=${each.default}`).join(', '),
    },
    ...(sweeps.length === 0
      ? []
      : [{ label: 'sweeps', value: sweeps.map((sweep) => sweep.id).join(', ') }]),
  ])}`

/** @param demo undefined: the command line's own help */
export function help(host: CommandLineHost, demo: string | undefined): number {
  if (demo === undefined) {
    host.out.write(helpText())
    return ExitCode.success
  }
  const found = checkDemo(demos, demo)
  if (!found.ok) return refuse(host, found.failure)
  host.out.write(demoHelp(found.value.manifest))
  return ExitCode.success
}
