/** Decides on each request of a page: navigations are put to the app first, as Electron does. */
import { toApp } from './address.ts'
import type { Session } from './chromium.ts'
import type { WebContents } from './contents.ts'
import { answerRequest, type PausedRequest } from './scheme.ts'
import { observations } from './state.ts'

export interface PausedLoad extends PausedRequest {
  readonly resourceType: string
  readonly frameId: string
}

export async function decideRequest(
  contents: WebContents,
  session: Session,
  paused: PausedLoad,
): Promise<void> {
  const isMainFrame = paused.frameId === contents.mainFrame.id
  const ownAsked = isMainFrame && contents.isNavigating
  if (paused.resourceType === 'Document' && !ownAsked) {
    const url = toApp(paused.request.url)
    const event = cancellable({ url, isMainFrame, frame: contents.frames.get(paused.frameId) })
    contents.emit('will-frame-navigate', event)
    if (isMainFrame && !event.defaultPrevented) contents.emit('will-navigate', event, url)
    if (event.defaultPrevented) {
      observations.refused.push(url)
      const { requestId } = paused
      await session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
      return
    }
  }
  await answerRequest(session, paused)
}

/** An event object that can be refused. */
export function cancellable<Fields extends object>(fields: Fields) {
  return {
    ...fields,
    defaultPrevented: false,
    preventDefault(): void {
      this.defaultPrevented = true
    },
  }
}
