/**
 * Small choices that outlive the window. Storage can be off, full or hold anything: reading gives
 * undefined then, and writing does nothing.
 */
export function readKept(key: string): unknown {
  try {
    const text = localStorage.getItem(`interleave.${key}`)
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

export function keep(key: string, value: unknown): void {
  try {
    localStorage.setItem(`interleave.${key}`, JSON.stringify(value))
  } catch {
    // The choice then lasts as long as the window.
  }
}

/** The same for what is this window's alone and outlives a reload. */
export function readOfWindow(key: string): unknown {
  try {
    const text = sessionStorage.getItem(`interleave.${key}`)
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

export function keepOfWindow(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(`interleave.${key}`, JSON.stringify(value))
  } catch {
    // Then a reload forgets it.
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
