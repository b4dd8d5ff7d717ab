import { expect, test } from 'vitest'
import {
  chooseOwnFolder,
  chooseScratch,
  makeOwnFolder,
  makeScratch,
} from '../../main/run/scratch.ts'

const WORDS =
  'The folder for temporary files, /nowhere/at/all, cannot be used (ENOENT). Set TMPDIR to one that can be written to.'

test('a folder for temporary files that is not there is told as such, not as a bug', async () => {
  const made = await makeOwnFolder(chooseOwnFolder('/nowhere/at/all'))
  expect(made.ok ? '' : `${made.failure.message} ${made.failure.remedy}`).toBe(WORDS)
  await expect(makeScratch(chooseScratch('/nowhere/at/all'))).rejects.toThrow(WORDS)
})
