/** tokens.css as the palette that a browser would read from it. */
import { paletteOf, type Palette } from '../../../renderer/theme/palette.ts'

// Vitest empties imported style sheets, and the renderer's tests have no types of Node: the one
// function of it that is needed is described here.
interface FileSystem {
  readFileSync(path: URL, encoding: 'utf8'): string
}
const fileSystem = (await import(/* @vite-ignore */ ['node', 'fs'].join(':'))) as FileSystem
const css = fileSystem.readFileSync(
  new URL('../../../renderer/theme/tokens.css', import.meta.url),
  'utf8',
)
const properties = (body = ''): readonly (readonly [string, string])[] =>
  [...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value])

/** What both themes share, and what one of them sets. */
const common = properties(/:root\s*\{([^}]*)\}/.exec(css)?.[1])
const block = (theme: 'dark' | 'light') =>
  properties(new RegExp(`\\[data-theme=["']${theme}["']\\]\\s*\\{([^}]*)\\}`).exec(css)?.[1])

export function readTokens(theme: 'dark' | 'light'): Palette {
  const tokens = new Map([...common, ...block(theme)])
  return paletteOf((name) => {
    const value = tokens.get(name)
    if (value === undefined) throw new Error(`tokens.css has no --${name} for ${theme}`)
    return value
  })
}
