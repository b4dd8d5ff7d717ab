// node main.mjs <entry> [arguments]: plays Electron's binary. Plain JavaScript, because it teaches Node to load the rest.
import { registerStandin } from './register.mjs'

registerStandin()
const { boot } = await import('./boot.ts')
await boot()
