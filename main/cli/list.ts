import { plural } from '../core/figures-format.ts'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'
import { checkDemo } from '../demos/check.ts'
import { demos } from '../demos/index.ts'
import type { DemoManifest } from '../demos/manifest.ts'
import { isOwn, type OwnDemos } from '../run/contract.ts'
import { demoHelp, helpText } from './help.ts'
import { ExitCode, refuse, type CommandLineHost } from './host.ts'
import { formatFacts, toJson } from './table.ts'

/** The catalogue as the window has it: with the user's own. What is broken is told by `demos`. */
export async function list(host: CommandLineHost, json: boolean): Promise<number> {
  const own = await ownDemosOf(host)
  const manifests = [...demos.map((demo) => demo.manifest), ...own.demos]
  host.out.write(json ? toJson(manifests) : manifests.map(describe).join('\n'))
  if (own.broken.length > 0)
    host.err.write(
      `interleave: ${plural(own.broken.length, 'file')} of ${own.folder} cannot be used: interleave demos says why.\n`,
    )
  return ExitCode.success
}

async function ownDemosOf(host: CommandLineHost): Promise<OwnDemos> {
  const service = host.createService()
  try {
    return await service.ownDemos()
  } finally {
    await service.dispose()
  }
}

const describe = ({
  id,
  title,
  summary,
  variants,
  parameters,
  sweeps = [],
}: DemoManifest): string =>
  `${id}\n  ${sentence(title)} ${summary}\n${formatFacts([
    { label: 'variants', value: variants.map((variant) => variant.id).join(', ') },
    {
      label: 'parameters',
      value: parameters.map((each) => `${each.id}=${each.default}`).join(', '),
    },
    ...(sweeps.length === 0
      ? []
      : [{ label: 'sweeps', value: sweeps.map((sweep) => sweep.id).join(', ') }]),
  ])}`

/** A title may ask something. */
export const sentence = (title: string): string => (/[.?!]$/.test(title) ? title : `${title}.`)

/** @param demo undefined: the command line's own help */
export async function help(host: CommandLineHost, demo: string | undefined): Promise<number> {
  if (demo === undefined) {
    host.out.write(helpText())
    return ExitCode.success
  }
  const found = isOwn(demo) ? await findOwn(host, demo) : manifestOf(demo)
  if (!found.ok) return refuse(host, found.failure)
  host.out.write(demoHelp(found.value))
  return ExitCode.success
}

function manifestOf(id: string): Result<DemoManifest, Refusal> {
  const found = checkDemo(demos, id)
  return found.ok ? success(found.value.manifest) : found
}

async function findOwn(host: CommandLineHost, id: string): Promise<Result<DemoManifest, Refusal>> {
  const found = (await ownDemosOf(host)).demos.find((demo) => demo.id === id)
  if (found !== undefined) return success(found)
  const remedy =
    'interleave demos lists your own, and says what is wrong with those that are broken.'
  return failure(refusal('usage', `There is no demo ${id}.`, remedy))
}
