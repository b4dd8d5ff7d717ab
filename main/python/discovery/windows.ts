/** What Windows knows itself of interpreters: its launcher's list, and PEP 514's registry keys. */
import type { Candidate } from './candidates.ts'
import type { Surroundings } from './folders.ts'

const KEYS = [
  'HKCU\\Software\\Python',
  'HKLM\\Software\\Python',
  'HKLM\\Software\\Wow6432Node\\Python',
]

/** The Store's own are named here as well, by where they really are. */
export async function windowsCandidates({ output }: Surroundings): Promise<readonly Candidate[]> {
  const launcher = output('py', ['-0p'])
  const registry = KEYS.map((key) => output('reg', ['query', key, '/s', '/v', 'ExecutablePath']))
  return [
    ...inLauncherList(await launcher).map((path) => ({ path, foundBy: 'launcher' })),
    ...inRegistry((await Promise.all(registry)).join('\n')).map((path) => ({
      path,
      foundBy: 'registry',
    })),
  ]
}

/** ` -V:3.13 *        C:\Program Files\Python313\python.exe` */
export const inLauncherList = (text: string): readonly string[] =>
  [...text.matchAll(/^\s*-\S+\s+(?:\*\s+)?([A-Za-z]:\\[^\r\n]*?\.exe)(?:\s+\*)?\s*$/gim)].map(
    ([, path = '']) => path,
  )

/** `    ExecutablePath    REG_SZ    C:\Python313\python.exe` */
export const inRegistry = (text: string): readonly string[] =>
  [...text.matchAll(/^\s*ExecutablePath\s+REG_SZ\s+([A-Za-z]:\\[^\r\n]*?\.exe)\s*$/gim)].map(
    ([, path = '']) => path,
  )
