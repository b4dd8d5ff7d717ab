import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { serve } from '../../main/web/serve.ts'
import { createFakeService } from './fake-service.ts'

afterEach(() => void vi.restoreAllMocks())

test('a page that was not built is said in a sentence, and nothing listens', async () => {
  const said: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  const page = join(import.meta.dirname, 'no-such-folder')
  const code = await serve({ service: createFakeService(), page, port: 0, openBrowser: false })
  expect(code).toBe(1)
  expect(said).toEqual([
    `The page is not built: there is no ${join(page, 'index.html')}. Build it with npm run build.\n`,
  ])
})

test('a recording that cannot be opened is said in a sentence, and nothing listens', async () => {
  const said: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  const page = await mkdtemp(join(tmpdir(), 'interleave-serve-'))
  try {
    await writeFile(join(page, 'index.html'), '')
    const service = createFakeService()
    const recording = '/somewhere/foreign.ilv'
    expect(await serve({ service, page, port: 0, openBrowser: false, recording })).toBe(1)
    expect(service.opened).toEqual([{ name: recording }])
    expect(service.isDisposed).toBe(true)
    expect(said).toEqual(['It is no recording. Choose another.\n'])
  } finally {
    await rm(page, { recursive: true })
  }
})
