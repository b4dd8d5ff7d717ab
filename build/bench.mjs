/**
 * `npm run bench`: the figures of test/bench, as a table, or with `-- --json` as one JSON document
 * on stdout (progress is on stderr). Exit codes: 0, 1 when a measurement failed, 2 for a wrong option.
 */
import './node-version.mjs'

const { fork } = await import('node:child_process')
const { readdirSync, rmSync } = await import('node:fs')
const { cpus, loadavg, release, type } = await import('node:os')
const { basename, join } = await import('node:path')
const { fileURLToPath } = await import('node:url')
const { describeOptions, parseArguments, runCommand, UsageError } = await import('./arguments.mjs')

const OPTIONS = {
  json: { type: 'boolean', help: 'print one JSON document' },
  only: {
    type: 'string',
    value: 'TEXT',
    help: 'only rows whose name contains it; clone (a minute, the network) is measured only so',
  },
}
const TIMEOUT_MS = 600_000
/** They find their own workers beside themselves. */
const POOLS = ['piscina', 'tinypool', 'workerpool', 'poolifier']

await runCommand(async () => {
  const values = parseArguments(process.argv.slice(2), OPTIONS, 'npm run bench')
  if (values.help) {
    process.stdout.write(`${describeOptions(OPTIONS, 'npm run bench')}\n`)
    return 0
  }
  const { root, setUp } = await import('./set-up.mjs')
  if (!setUp()) return 1
  const folder = join(root, 'out/bench')
  const names = await bundle(root, folder)
  const rows = []
  const load = loadavg()[0]
  try {
    for (const name of names)
      rows.push(...(await measure(join(folder, `${name}.mjs`), values.only)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  if (rows.length === 0 && values.only !== undefined)
    throw new UsageError(`No row's name contains '${values.only}'.`)
  const environment = {
    platform: `${type()} ${release()} ${process.arch}`,
    processor: cpus()[0]?.model ?? 'unknown',
    processors: cpus().length,
    node: process.versions.node,
    // Before the first row; on a busy machine only the ratios say something. Always 0 on Windows.
    load,
    measuredAt: new Date().toISOString(),
  }
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ environment, rows }, null, 2)}\n`
      : `${table(rows)}\n${environment.processors} × ${environment.processor}, Node ${environment.node}, load before ${load.toFixed(1)}\n`,
  )
  return rows.some((row) => row.error !== undefined) ? 1 : 0
})

/** Built as the program is, so that what is measured is what runs. @returns the files' names */
async function bundle(root, outDir) {
  const { build } = await import('vite')
  const source = join(root, 'test/bench')
  const names = readdirSync(source)
    .filter((file) => file.endsWith('.bench.ts'))
    .map((file) => basename(file, '.ts'))
  const input = {
    ...Object.fromEntries(names.map((name) => [name, join(source, `${name}.ts`)])),
    // What the rows start in threads and processes of their own.
    'peers.worker': join(source, 'peers.worker.ts'),
    'pool-peers.worker': join(source, 'pool-peers.worker.ts'),
    measured: join(root, 'test/fixtures/measured.ts'),
    paced: join(root, 'test/fixtures/paced.ts'),
    'live-host': join(source, 'live-host.ts'),
    worker: join(root, 'main/run/worker.ts'),
    child: join(root, 'main/run/child.ts'),
    bootstrap: join(root, 'main/run/bootstrap.ts'),
    'gil-sampler': join(root, 'main/python/sampler/gil-sampler.ts'),
  }
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['playwright-core', 'electron', ...POOLS] },
    build: {
      ssr: true,
      target: 'node20',
      outDir,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input,
        preserveEntrySignatures: 'strict',
        output: {
          format: 'es',
          entryFileNames: '[name].mjs',
          chunkFileNames: 'chunks/[name]-[hash].mjs',
        },
      },
    },
  })
  return names
}

/** Runs one file's rows in a process of its own. */
function measure(file, only) {
  return new Promise((resolve) => {
    const rows = []
    const child = fork(
      fileURLToPath(new URL('bench-process.mjs', import.meta.url)),
      [file, only ?? ''],
      {
        stdio: ['ignore', 2, 2, 'ipc'],
        timeout: TIMEOUT_MS,
        killSignal: 'SIGKILL',
      },
    )
    child.on('message', (row) => {
      const value = row.skipped ? 'skipped' : (row.error ?? `${figure(row.value)} ${row.unit}`)
      process.stderr.write(`${row.name}: ${value}\n`)
      rows.push(row)
    })
    child.on('close', (code, signal) => {
      if (code !== 0)
        rows.push({ name: basename(file), unit: '', error: `ended with ${signal ?? code}` })
      resolve(rows)
    })
  })
}

function table(rows) {
  const lines = rows.flatMap((row) => {
    const value = row.skipped
      ? 'skipped'
      : row.error === undefined
        ? figure(row.value)
        : `failed: ${firstLine(row.error)}`
    const [first, ...others] = (row.peers ?? []).map(({ name, value, ratio }) => [
      `${name} ${figure(value)}`,
      ratio === undefined ? '' : `${figure(ratio)}×`,
    ])
    return [
      [row.name, value, row.unit, ...(first ?? ['', ''])],
      ...others.map((peer) => ['', '', '', ...peer]),
    ]
  })
  const header = ['name', 'value', 'unit', 'peer', 'value ÷ peer']
  const widths = header.map((_, column) =>
    Math.max(...[header, ...lines].map((line) => line[column].length)),
  )
  const draw = (line) =>
    line
      .map((cell, column) =>
        column === 1 || column === 4 ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd()
  const notes = rows.filter((row) => row.note).map((row) => `${row.name}: ${row.note}`)
  return [draw(header), ...lines.map(draw), '', ...notes].join('\n')
}

function firstLine(text) {
  return text.split('\n', 1)[0]
}

/** Three significant digits, in groups. */
function figure(value) {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 })
}
