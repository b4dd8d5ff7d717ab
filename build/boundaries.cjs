/** dependency-cruiser: whatever rooms.cjs does not allow is an error. */
const { rooms } = require('./rooms.cjs')

const escape = (name) => name.replaceAll(/[.]/g, '[.]')

const allowed = Object.entries(rooms).flatMap(([name, room]) => {
  const from = { path: room.path }
  const paths = [name, ...room.imports].map((other) => rooms[other].path)
  const fromPackages = (room.packages ?? []).map(
    (entry) => `^node_modules/(@types/)?${escape(entry)}/`,
  )
  return [
    { from, to: { path: [...paths, ...fromPackages] } },
    ...(room.node ? [{ from, to: { dependencyTypes: ['core'] } }] : []),
  ]
})

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  allowed,
  allowedSeverity: 'error',
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'Two files that need each other at run time are one file, or lack a third.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'A file that does not exist.',
      from: {},
      to: { couldNotResolve: true, pathNot: '^electron$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.svelte', '.d.ts', '.json'],
    },
  },
}
