export { enterIsolatedWorld } from './isolated-world.ts'
export { enterMainWorld } from './main-world.ts'
