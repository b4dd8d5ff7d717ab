/** `npm run build`: builds the program into out/. */
import './node-version.mjs'

const { build, setUp } = await import('./set-up.mjs')

if (setUp({ built: false })) {
  const { ok, output } = build()
  process.stdout.write(output)
  process.exitCode = ok ? 0 : 1
} else process.exitCode = 1
