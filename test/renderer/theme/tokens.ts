/** tokens.css as the palette that a browser would read from it. */
import { LANE_STATES } from '../../../main/trace/model.ts'
import type { Palette } from '../../../renderer/theme/palette.ts'
import { stateStyle } from '../../../renderer/theme/state-style.ts'

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
function block(theme: 'dark' | 'light'): Map<string, string> {
  const body = new RegExp(`\\[data-theme=["']${theme}["']\\]\\s*\\{([^}]*)\\}`).exec(css)?.[1] ?? ''
  return new Map(
    [...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]),
  )
}

export function readTokens(theme: 'dark' | 'light'): Palette {
  const tokens = block(theme)
  const token = (name: string) => {
    const value = tokens.get(name)
    if (value === undefined) throw new Error(`tokens.css has no --${name} for ${theme}`)
    return value
  }
  return {
    ground: token('ground'),
    panel: token('panel'),
    raised: token('raised'),
    line: token('line'),
    line2: token('line-2'),
    grid: token('grid'),
    band: token('band'),
    text: token('text'),
    text2: token('text-2'),
    text3: token('text-3'),
    accent: token('accent'),
    accentSoft: token('accent-soft'),
    danger: token('danger'),
    veil: token('veil'),
    onState: token('on-state'),
    wash: Number(token('wash')),
    fontUi: '',
    fontMono: '',
    states: Array.from({ length: LANE_STATES }, (_, state) => {
      const name = stateStyle(state).token === 'none' ? 'idle' : stateStyle(state).token
      return {
        fill: token(`st-${name}`),
        edge: token(`st-${name}-edge`),
        ink: token(`st-${name}-ink`),
      }
    }),
  }
}
