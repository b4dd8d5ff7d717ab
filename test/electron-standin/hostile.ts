/** What a compromised or foreign page would do; tests call it through `evaluate`. */
import { encode } from './clone.ts'
import { state } from './state.ts'
import type { BrowserWindow } from './window.ts'

/** Text: the outcome of the call as main saw it. */
type Outcome = 'answered' | `refused: ${string}`

/**
 * A page of another origin in an iframe of the window calls a channel.
 *
 * @throws Error when the frame was not loaded: the app's own policy or navigation handler refused it
 */
export async function callFromForeignFrame(
  window: BrowserWindow,
  url: string,
  channel: string,
  ...given: unknown[]
): Promise<Outcome> {
  const { webContents } = window
  state.foreign.set(url, '<!doctype html><title>foreign</title>')
  await webContents.executeJavaScript(`new Promise((resolve) => {
    const frame = document.createElement('iframe')
    frame.onload = () => resolve(true)
    frame.src = ${JSON.stringify(url)}
    document.body.append(frame)
  })`)
  const frame = [...webContents.frames.values()].find((candidate) => candidate.url === url)
  if (frame === undefined) throw new Error('the foreign frame was not loaded')
  const outcome = nextOutcome(window)
  frame.deliver({ op: 'impersonate', channel, clone: encode(given) })
  return outcome
}

/** The window itself is taken to a page of another origin, where the preload runs too, which calls. */
export async function callFromForeignPage(
  window: BrowserWindow,
  url: string,
  channel: string,
  ...given: unknown[]
): Promise<Outcome> {
  const { webContents } = window
  state.foreign.set(url, '<!doctype html><title>foreign</title>')
  await webContents.loadURL(url)
  const outcome = nextOutcome(window)
  webContents.mainFrame.deliver({ op: 'impersonate', channel, clone: encode(given) })
  return outcome
}

const nextOutcome = ({ webContents }: BrowserWindow): Promise<Outcome> =>
  new Promise((resolve) => {
    webContents.once('standin-answered', () => resolve('answered'))
    webContents.once('standin-refused', (_channel: string, why: string) =>
      resolve(`refused: ${why}`),
    )
  })
