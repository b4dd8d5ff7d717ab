import { userInfo } from 'node:os'
import { isAbsolute } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { cacheFolder } from '../../main/python/probe-files.ts'
import { dataFolder } from '../../main/run/data-folder.ts'

afterEach(() => vi.unstubAllEnvs())

test.each(['linux', 'darwin'] as const)(
  'a HOME of nothing does not mean the current folder, %s',
  (platform) => {
    vi.stubEnv('HOME', '')
    for (const folder of [dataFolder({}, platform), cacheFolder({}, platform)]) {
      expect(isAbsolute(folder)).toBe(true)
      expect(folder.startsWith(userInfo().homedir)).toBe(true)
    }
  },
)
