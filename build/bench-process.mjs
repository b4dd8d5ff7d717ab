/** Measures the rows of one bundled file and reports each to bench.mjs. */
import { fileURLToPath, pathToFileURL } from 'node:url'

const [file, only] = process.argv.slice(2)
const { rows } = await import(pathToFileURL(file).href)
const out = fileURLToPath(new URL('../out', import.meta.url))

for (const row of rows.filter(({ name }) => name.includes(only))) {
  const { name, unit } = row
  try {
    const { value, peer, note } = await row.run({ out })
    const ratio = peer === undefined ? undefined : value / peer.value
    process.send({ name, unit, value, peer, ratio, note })
  } catch (error) {
    process.send({ name, unit, error: error instanceof Error ? error.stack : String(error) })
  }
}
process.disconnect()
