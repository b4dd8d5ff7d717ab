/** Colours as numbers: parsing, mixing and WCAG contrast. Pure. */
export interface Colour {
  /** 0 to 255. */
  readonly red: number
  readonly green: number
  readonly blue: number
}

/** `#rgb`, `#rrggbb` or `rgb(…)`; opacity is ignored. Throws on anything else. */
export function parseColour(text: string): Colour {
  const hex = /^#([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(text.trim())?.[1]
  if (hex !== undefined) {
    const full = hex.length === 3 ? hex.replace(/./g, '$&$&') : hex
    const value = Number.parseInt(full, 16)
    return { red: value >> 16, green: (value >> 8) & 255, blue: value & 255 }
  }
  const parts = /^rgba?\(([^)]+)\)$/
    .exec(text.trim())?.[1]
    ?.split(/[\s,/]+/)
    .map(Number)
  const [red, green, blue] = parts ?? []
  if (red === undefined || green === undefined || blue === undefined) {
    throw new Error(`Not a colour: ${text}`)
  }
  return { red, green, blue }
}

/** `share` of `over` laid on `under`. */
export const mix = (under: Colour, over: Colour, share: number): Colour => ({
  red: under.red + (over.red - under.red) * share,
  green: under.green + (over.green - under.green) * share,
  blue: under.blue + (over.blue - under.blue) * share,
})

/** As a pixel of ImageData on a little-endian machine (every machine Chromium runs on). */
export const pixelOf = ({ red, green, blue }: Colour): number =>
  ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0

function luminance({ red, green, blue }: Colour): number {
  const linear = (channel: number) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/** WCAG 2 contrast ratio, 1 to 21. */
export function contrast(left: Colour, right: Colour): number {
  const [dark = 0, light = 0] = [luminance(left), luminance(right)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}
