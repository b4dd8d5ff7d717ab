/**
 * `node build/gallery.mjs`: the tests of the gallery alone. With `--renew` they keep new pictures of
 * what looks otherwise than before, in test/gallery/pictures: look at each before you commit it.
 */
import './node-version.mjs'

const { spawnSync } = await import('node:child_process')
const { join } = await import('node:path')
const { describeOptions, parseArguments, runCommand } = await import('./arguments.mjs')

const NAME = 'node build/gallery.mjs'
const OPTIONS = { renew: { type: 'boolean', help: 'keep new pictures' } }

await runCommand(async () => {
  const values = parseArguments(process.argv.slice(2), OPTIONS, NAME)
  if (values.help) {
    process.stdout.write(`${describeOptions(OPTIONS, NAME)}\n`)
    return 0
  }
  const { root, setUp } = await import('./set-up.mjs')
  if (!setUp({ built: false })) return 1
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      ...['run', '--project', 'gallery'],
      ...(values.renew ? ['test/gallery/pictures.test.ts'] : []),
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, INTERLEAVE_RENEW_PICTURES: values.renew ? '1' : '' },
    },
  )
  return status ?? 1
})
