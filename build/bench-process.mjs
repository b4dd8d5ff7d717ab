/** Measures the rows of one bundled file and reports each to bench.mjs. */
import { fileURLToPath, pathToFileURL } from 'node:url'

const [file, only] = process.argv.slice(2)
const { rows } = await import(pathToFileURL(file).href)
const out = fileURLToPath(new URL('../out', import.meta.url))

for (const row of rows.filter((row) => row.name.includes(only) && (!row.optIn || only !== ''))) {
  const { name, unit } = row
  try {
    const measured = await row.run({ out })
    if (measured === undefined) {
      process.send({ name, unit, skipped: true })
      continue
    }
    const { value, peers = [], note } = measured
    // JSON has no infinity: nothing is said of a ratio to nothing.
    const compared = peers.map((peer) =>
      peer.value === 0 ? peer : { ...peer, ratio: value / peer.value },
    )
    process.send({ name, unit, value, peers: compared, note })
  } catch (error) {
    process.send({ name, unit, error: error instanceof Error ? error.stack : String(error) })
  }
}
process.disconnect()
