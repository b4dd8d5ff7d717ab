/**
 * Who may import whom: the one allow-list. dependency-cruiser checks it (boundaries.cjs), and
 * eslint where dependency-cruiser sees nothing (`import type` in .svelte, Worker URLs).
 *
 * path: regular expression over paths from the project's root. imports: rooms. packages: what of
 * node_modules. node: whether Node's own modules may be used.
 */
const packages = {
  view: ['bits-ui', '@lucide/svelte', 'shiki', '@shikijs', '@fontsource-variable'],
}

const rooms = {
  core: { path: '^main/core/', imports: [] },
  /** The field's words, as data. */
  glossary: { path: '^main/glossary/', imports: [] },
  /** What both ends of a run agree on: types, their encoding, what engines are called. */
  contract: {
    path: '^main/(run/([a-z-]*contract|wire|engines|section-label|sentence)|demos/(manifest|sweeps))[.]ts$',
    imports: ['core', 'trace'],
    packages: ['@msgpack/msgpack'],
  },
  trace: {
    path: '^main/trace/(?!node/)',
    imports: ['core', 'contract'],
    packages: ['crc-32', '@msgpack/msgpack'],
  },
  traceFiles: {
    path: '^main/trace/node/',
    imports: ['core', 'contract', 'trace'],
    packages: ['crc-32'],
    node: true,
  },
  threading: { path: '^main/threading/', imports: ['core', 'trace'] },
  multiprocessing: {
    path: '^main/multiprocessing/',
    imports: ['core', 'trace', 'threading'],
    node: true,
  },
  demos: {
    path: '^main/demos/(?!(manifest|sweeps)[.]ts)',
    imports: ['core', 'contract', 'trace', 'threading', 'multiprocessing'],
  },
  /** The user's own CPython: finding it, running it, reading what its probe writes. */
  python: {
    path: '^main/python/',
    imports: ['core', 'contract', 'trace'],
    node: true,
  },
  /** Runs in the window and on the command line. */
  export: { path: '^main/export/', imports: ['core', 'contract', 'trace'] },
  run: {
    path: '^main/run/(?!([a-z-]*contract|wire|engines|section-label|sentence)[.]ts)',
    imports: [
      ...['core', 'contract', 'trace', 'traceFiles', 'threading', 'multiprocessing'],
      ...['demos', 'export', 'python'],
    ],
    packages: ['@swc/wasm-typescript', 'es-module-lexer'],
    node: true,
  },
  web: { path: '^main/web/', imports: ['core', 'contract', 'run'], packages: ['ws'], node: true },
  cli: {
    path: '^main/cli/|^package[.]json$',
    imports: [
      ...['core', 'contract', 'glossary', 'trace', 'traceFiles', 'demos', 'export', 'run', 'web'],
    ],
    node: true,
  },
  electron: {
    path: '^main/electron/',
    imports: ['core', 'contract', 'run', 'bridge', 'host'],
    packages: ['electron'],
    node: true,
  },
  bridge: { path: '^preload/bridge[.]ts$', imports: ['core', 'contract', 'host'] },
  preload: { path: '^preload/index[.]ts$', imports: ['bridge', 'host'], packages: ['electron'] },

  host: { path: '^renderer/hosts/host[.]ts$', imports: ['core', 'contract'] },
  hosts: {
    path: '^renderer/hosts/(?!host[.]ts|choose[.]ts|fake)',
    imports: ['core', 'contract', 'host', 'bridge'],
  },
  /** The fake host is behind import.meta.env.DEV there, and so is not built in. */
  choice: { path: '^renderer/hosts/choose[.]ts$', imports: ['host', 'hosts', 'gallery'] },
  theme: {
    path: '^renderer/theme/',
    imports: ['core', 'trace'],
    packages: ['svelte', ...packages.view],
  },
  /** When to draw: one scheduler for the timeline and the charts. */
  frame: { path: '^renderer/frame/', imports: ['core'] },
  timeline: {
    path: '^renderer/timeline/',
    imports: ['core', 'contract', 'trace', 'export', 'theme', 'frame'],
    packages: ['svelte', ...packages.view],
  },
  charts: {
    path: '^renderer/charts/',
    imports: ['core', 'contract', 'trace', 'export', 'theme', 'frame', 'host'],
    packages: ['svelte', 'chart.js', ...packages.view],
  },
  session: {
    path: '^renderer/session/',
    imports: ['core', 'contract', 'glossary', 'trace', 'export', 'host'],
    packages: ['svelte'],
  },
  views: {
    path: '^renderer/views/',
    imports: [
      ...['core', 'contract', 'trace', 'export', 'host'],
      ...['theme', 'frame', 'timeline', 'charts', 'session'],
    ],
    packages: ['svelte', ...packages.view],
  },
  /** The page's entry joins a host to the views. */
  app: {
    path: '^renderer/[^/]+$',
    imports: ['host', 'hosts', 'choice', 'theme', 'session', 'views'],
    packages: ['svelte', ...packages.view],
  },
  /** For development and tests only: nothing that ships may import it, but for the choice above. */
  gallery: {
    path: '^renderer/(gallery/|hosts/fake)',
    imports: [
      ...['core', 'contract', 'trace', 'export', 'host'],
      ...['theme', 'frame', 'timeline', 'charts', 'session', 'views'],
    ],
    packages: ['svelte', ...packages.view],
  },
}

module.exports = { rooms }
