/** Times as people type them. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  '': 1e9,
  min: 60e9,
  m: 60e9,
}

/** `1.25 s`, `300ms`, `1 min`; without a unit seconds. @returns nanoseconds since the run began. */
export function parseTime(text: string): number | undefined {
  const [, digits, unit = ''] = /^\s*(\d+(?:[.,]\d+)?|[.,]\d+)\s*([a-zµμ]*)\s*$/i.exec(text) ?? []
  const size = UNITS[unit.toLowerCase()]
  return digits === undefined || size === undefined
    ? undefined
    : Number(digits.replace(',', '.')) * size
}
