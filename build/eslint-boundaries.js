/**
 * The allow-list of rooms.cjs as an eslint rule, for what dependency-cruiser does not see:
 * `import type` in .svelte files, and modules named by `new URL('…', import.meta.url)`.
 */
import { dirname, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import roomsModule from './rooms.cjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const rooms = Object.entries(roomsModule.rooms).map(([name, room]) => ({
  name,
  path: new RegExp(room.path),
  imports: [name, ...room.imports],
}))
const roomOf = (file) => {
  const path = relative(root, file).split(sep).join('/')
  return rooms.find((room) => room.path.test(path))
}

const isModuleUrl = (node) =>
  node.callee.type === 'Identifier' &&
  node.callee.name === 'URL' &&
  node.arguments.length === 2 &&
  node.arguments[1].type === 'MemberExpression' &&
  node.arguments[1].object.type === 'MetaProperty'

/** @type {import('eslint').Rule.RuleModule} */
export const boundaries = {
  meta: {
    type: 'problem',
    docs: { description: 'only imports that build/rooms.cjs allows' },
    schema: [],
    messages: { forbidden: '{{from}} may not import {{to}} (build/rooms.cjs).' },
  },
  create(context) {
    const from = roomOf(context.filename)
    if (from === undefined) return {}
    const check = (source) => {
      if (source?.type !== 'Literal' || !String(source.value).startsWith('.')) return
      const [path] = String(source.value).split('?')
      // `new URL('.', import.meta.url)` names a folder.
      if (!/[.]\w+$/.test(path)) return
      const to = roomOf(resolve(dirname(context.filename), path))
      if (to !== undefined && from.imports.includes(to.name)) return
      // A file outside all rooms is one that no list allows.
      const data = { from: from.name, to: to?.name ?? path }
      context.report({ node: source, messageId: 'forbidden', data })
    }
    const checkSource = (node) => check(node.source)
    return {
      ImportDeclaration: checkSource,
      ImportExpression: checkSource,
      ExportNamedDeclaration: checkSource,
      ExportAllDeclaration: checkSource,
      NewExpression(node) {
        if (isModuleUrl(node)) check(node.arguments[0])
      },
    }
  },
}
