import { expect, test } from 'vitest'
import { runCommandLine } from '../../main/cli/main.ts'
import { demos } from '../../main/demos/index.ts'
import type { DemoManifest } from '../../main/demos/manifest.ts'
import { fakeHost } from './fake-host.ts'

const [known] = demos
if (known === undefined) throw new Error('there are no demos')
const tills: DemoManifest = { ...known.manifest, id: 'own-tills', title: 'Two tills?' }
const broken = {
  demo: 'x.demo.ts',
  file: 'x.demo.ts',
  line: 1,
  message: '',
  remedy: '',
  detail: '',
}
const own = { folder: '/demos', demos: [tills], broken: [broken] }

async function call(...words: string[]) {
  const host = fakeHost({ own })
  return { code: await runCommandLine(words, host), ...host.log }
}

test('the list holds the user’s own demos, and tells of those that are broken', async () => {
  const { code, out, err, disposed } = await call('list')
  expect(code).toBe(0)
  expect(out).toMatch(/\nown-tills\n {2}Two tills\? /)
  expect(err).toBe('interleave: 1 file of /demos cannot be used: interleave demos says why.\n')
  expect(disposed).toBe(1)
  const document: unknown = JSON.parse((await call('list', '--json')).out)
  expect(document).toHaveLength(demos.length + 1)
})

test('the help explains a demo of the user’s own, and names the way to those that there are', async () => {
  const { code, out } = await call('run', 'own-tills', '--help')
  expect([code, out.split('\n')[0]]).toEqual([0, `Two tills?: ${tills.summary}`])
  const missing = await call('run', 'own-tlils', '--help')
  expect([missing.code, missing.out]).toEqual([2, ''])
  expect(missing.err).toMatch(/^interleave: There is no demo own-tlils\. interleave demos lists/)
})
