/** `interleave pythons`: what there is to run Python with. */
import type { Interpreter } from '../run/contract.ts'
import { ExitCode, type CommandLineHost } from './host.ts'
import { orSignal } from './or-signal.ts'
import { formatTable, toJson } from './table.ts'

const NONE =
  'interleave: No Python was found. Install CPython 3.8 or newer, from python.org or with a version manager.\n'

export async function pythons(host: CommandLineHost, json: boolean): Promise<number> {
  const service = host.createService()
  try {
    const looked = await orSignal(host, service, service.interpreters())
    if (!looked.ok) return looked.failure
    const found = looked.value
    if (json) host.out.write(toJson(found))
    else if (found.length === 0) host.err.write(NONE)
    else host.out.write(describe(found))
    return ExitCode.success
  } finally {
    await service.dispose()
  }
}

function describe(found: readonly Interpreter[]): string {
  const usable = found.filter(({ unusable }) => unusable === undefined)
  const others = found.filter(({ unusable }) => unusable !== undefined)
  const table =
    usable.length === 0
      ? ''
      : formatTable(
          ['Python', 'GIL', 'start method', 'found by', 'path'],
          usable.map((each) => [
            `${each.implementation} ${each.version}${each.freeThreaded ? ' free-threaded' : ''}`,
            each.gil ? 'on' : 'off',
            each.defaultStartMethod,
            each.foundBy,
            each.path,
          ]),
          '  ',
          [2, 3, 4],
        )
  const rest = others.map(
    ({ implementation, version, path, unusable = '' }) =>
      `  ${implementation} ${version}  ${path}\n    ${unusable}\n`,
  )
  return [table, ...(rest.length > 0 ? ['\nCannot be used\n', ...rest] : [])].join('')
}
