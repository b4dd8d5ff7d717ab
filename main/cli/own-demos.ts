/** `interleave demos [FOLDER]`: demos of the user's own, and what is wrong with those that are none. */
import { resolve } from 'node:path'
import type { BrokenDemo, OwnDemos } from '../run/contract.ts'
import type { RunService } from '../run/service.ts'
import type { Command } from './arguments.ts'
import { ExitCode, refuse, type CommandLineHost } from './host.ts'
import { sentence } from './list.ts'
import { toJson } from './table.ts'

const NONE =
  'No folder of demos is named. Name yours: interleave demos FOLDER; main/demos/own/README.md says what is in it.\n'

export async function ownDemos(
  host: CommandLineHost,
  { folder, forget, json }: Extract<Command, { name: 'demos' }>,
): Promise<number> {
  const service = host.createService()
  try {
    if (forget) await service.forgetOwnDemos()
    const found = await lookFor(service, folder)
    if (!found.ok) return refuse(host, found.failure)
    host.out.write(json ? toJson(found.value) : describe(found.value))
    return found.value.broken.length > 0 ? ExitCode.failed : ExitCode.success
  } finally {
    await service.dispose()
  }
}

const lookFor = async (service: RunService, folder: string | undefined) =>
  folder === undefined
    ? ({ ok: true, value: await service.ownDemos() } as const)
    : service.useOwnDemos(resolve(folder))

function describe({ folder, demos, broken, failure }: OwnDemos): string {
  if (folder === '') return NONE
  if (failure !== undefined) return `${failure.message} ${failure.remedy}\n`
  const nothing =
    demos.length + broken.length === 0 ? ['  No file in it ends in .demo.ts or .demo.js.\n'] : []
  return [
    `${folder}\n`,
    ...nothing,
    ...demos.map(({ id, title, summary }) => `  ${id}\n    ${sentence(title)} ${summary}\n`),
    ...broken.map(describeBroken),
  ].join('')
}

const describeBroken = ({ demo, file, line, message, remedy }: BrokenDemo): string =>
  `  ${demo} is broken\n    ${file}${line > 0 ? `:${line}` : ''}: ${message}\n    ${remedy}\n`
