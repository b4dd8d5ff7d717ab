/**
 * `npm run dev`: the page with hot reload and made-up data, and the gallery that shows every view
 * in every state. Real runs need a built program: `npm start`.
 */
import './node-version.mjs'

const { join } = await import('node:path')
const { root, setUp } = await import('./set-up.mjs')

if (setUp({ built: false })) {
  const { createServer } = await import('vite')
  const { svelte } = await import('@sveltejs/vite-plugin-svelte')
  const server = await createServer({
    configFile: false,
    root: join(root, 'renderer'),
    plugins: [svelte({ configFile: join(root, 'svelte.config.js') })],
    server: { host: '127.0.0.1', fs: { allow: [root] } },
  })
  await server.listen()
  const [address] = server.resolvedUrls?.local ?? []
  process.stdout.write(`Page:    ${address}?host=fake\nGallery: ${address}gallery/index.html\n`)
} else process.exitCode = 1
