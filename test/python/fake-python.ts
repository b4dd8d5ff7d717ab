/** Files that are called python3 and do what a test says: programs of the shell. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { ANSWER } from '../../main/python/discovery/description.ts'

/** What CPython 3.13.0 answers. */
export const ANSWERED = {
  version: [3, 13, 0, 'final', 0],
  implementation: 'cpython',
  executable: '/nowhere/bin/python3',
  prefix: '/nowhere',
  freeThreaded: false,
  gil: true,
  startMethods: ['fork', 'spawn', 'forkserver'],
  defaultStartMethod: 'fork',
  mmap: true,
} as const

export function writeProgram(path: string, lines: string): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `#!/bin/sh\n${lines}\n`)
  chmodSync(path, 0o755)
  return path
}

/** Answers as told, with itself as its executable. */
export const writePython = (path: string, answer: object = {}): string =>
  writeProgram(
    path,
    `/bin/cat <<'END'\n${ANSWER}${JSON.stringify({ ...ANSWERED, executable: path, prefix: dirname(dirname(path)), ...answer })}\nEND`,
  )
