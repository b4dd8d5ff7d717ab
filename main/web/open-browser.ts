import { spawn } from 'node:child_process'

/** Whether there is a screen that a browser could appear on. */
const hasScreen = (environment: NodeJS.ProcessEnv): boolean =>
  process.platform === 'darwin' ||
  process.platform === 'win32' ||
  Boolean(environment['DISPLAY'] ?? environment['WAYLAND_DISPLAY'])

const opener = (address: string): readonly [string, readonly string[]] => {
  if (process.platform === 'darwin') return ['open', [address]]
  // The empty text is the window's title: start takes the first quoted text for it.
  if (process.platform === 'win32') return ['cmd', ['/c', 'start', '""', address]]
  return ['xdg-open', [address]]
}

/** Opens the user's browser where there is one; where not, the printed address is enough. */
export function openBrowser(address: string, environment = process.env): void {
  if (!hasScreen(environment)) return
  const [command, args] = opener(address)
  spawn(command, args, { stdio: 'ignore', detached: true, windowsVerbatimArguments: true })
    // No opener: nothing is lost.
    .on('error', () => undefined)
    .unref()
}
