import { parseArguments } from './arguments.ts'
import { compare } from './compare.ts'
import { ExitCode, refuse, type CommandLineHost } from './host.ts'
import { glossary } from './glossary.ts'
import { help, list } from './list.ts'
import { ownDemos } from './own-demos.ts'
import { program } from './program.ts'
import { pythons } from './pythons.ts'
import { record } from './record.ts'
import { stats, verify } from './recordings.ts'
import { run } from './run.ts'

/**
 * The command line without its process.
 * @param args what follows `interleave`
 * @returns the exit code; bugs throw
 */
export async function runCommandLine(
  args: readonly string[],
  host: CommandLineHost,
): Promise<number> {
  const parsed = parseArguments(args)
  if (!parsed.ok) return refuse(host, parsed.failure)
  const command = parsed.value
  switch (command.name) {
    case 'help':
      return help(host, command.demo)
    case 'version':
      host.out.write(`interleave ${host.version}\n`)
      return ExitCode.success
    case 'list':
      return list(host, command.json)
    case 'pythons':
      return pythons(host, command.json)
    case 'glossary':
      return glossary(host, command)
    case 'demos':
      return ownDemos(host, command)
    case 'run':
      return run(host, command)
    case 'record':
      return record(host, command)
    case 'stats':
      return stats(host, command)
    case 'compare':
      return compare(host, command)
    case 'verify':
      return verify(host, command)
    case 'program':
      return program(host, command)
    case 'open':
    case 'serve':
      return host.serve(command)
  }
}
