/**
 * The entry of a process that loads one demo of the user's own and says what it is. Its top level is
 * run here, in a process that nobody else needs: one that never comes to its end is ended.
 */
import { checkDefinition } from '../../demos/own/check-definition.ts'
import { compileDemo, syntaxFaultIn, type CompiledFile } from './compile.ts'
import { brokenBy, OwnFault, thrownFault } from './fault.ts'
import type { Loaded, LoadTask } from './loaded.ts'
import { openLoaderChannel } from './loader-channel.ts'

async function load({ id, path, folder, out }: LoadTask): Promise<Loaded> {
  let compiled: readonly CompiledFile[] = []
  const files: Record<string, string> = {}
  const name = path.slice(folder.length + 1)
  try {
    const entries = new URL('.', import.meta.url)
    compiled = await compileDemo(path, { folder, out, entries, files })
    const [main] = compiled
    if (main === undefined) throw new Error('a demo has its own file at least')
    // What it exports is the user's: nothing is known of it.
    const exports = (await import(main.module.href)) as Readonly<Record<string, unknown>>
    const sources = compiled.map(({ file, text }) => ({
      language: 'typescript' as const,
      file,
      text,
    }))
    const checked = checkDefinition(id, exports, sources)
    if (checked.ok) return { type: 'demo', data: checked.value, module: main.module.href, files }
    const { message, near } = checked.failure
    throw new OwnFault(main.file, lineOf(main.text, near), message)
  } catch (error) {
    const fault = thrownFault(error, name, { folder, out })
    const broken = brokenBy(fault.line === 0 ? (syntaxIn(error, compiled) ?? fault) : fault)
    return { type: 'broken', broken, files }
  }
}

function syntaxIn(error: unknown, compiled: readonly CompiledFile[]): OwnFault | undefined {
  if (!(error instanceof SyntaxError)) return undefined
  return compiled.map(syntaxFaultIn).find((fault) => fault !== undefined)
}

/** Where the word stands as a key, an export or at all; else where the demo is defined. */
function lineOf(text: string, near: string): number {
  const lines = text.split('\n')
  const word = near.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const places = [new RegExp(`\\b${word}\\b['"]?\\s*[:=({]`), new RegExp(`\\b${word}\\b`)]
  for (const place of [...places, /\bdefineDemo\s*\(/]) {
    const at = lines.findIndex((line) => place.test(line) && !/^\s*(\/\/|\*|import\b)/.test(line))
    if (at >= 0) return at + 1
  }
  return 1
}

const channel = openLoaderChannel()
channel.onTask((task) => void load(task).then((loaded) => channel.post(loaded)))
channel.ready()
