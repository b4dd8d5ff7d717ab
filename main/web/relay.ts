/**
 * A run's data port over a WebSocket: the messages of contract.ts pass unchanged, one binary
 * message each. What a client does not read piles up here, so that there is a limit to it.
 */
import { WebSocket } from 'ws'
import type { RelayedPort } from '../run/service.ts'

/** The longest question is a view of all tracks there can be. */
export const LARGEST_QUESTION = 64 * 1024
const QUESTIONS_PER_SECOND = 1_000

export interface RelayLimits {
  /** Bytes that wait for a client that does not read, before it is disconnected. */
  readonly unread: number
  /** A client that has not answered two pings in a row is gone. Milliseconds. */
  readonly pingEvery: number
}

export const RELAY_LIMITS: RelayLimits = { unread: 8 * 1024 * 1024, pingEvery: 15_000 }

/** Reasons the client can tell apart (RFC 6455 and the IANA registry). */
export const CloseCode = {
  /** The run's process is gone. */
  runEnded: 1000,
  goingAway: 1001,
  wrongMessage: 1003,
  tooMany: 1008,
  /** It did not read; attaching again shows the state of that moment. */
  fellBehind: 1013,
} as const

/** Joins the two until either ends; then both have ended. */
export function relay(socket: WebSocket, port: RelayedPort, limits: RelayLimits): void {
  let questions = 0
  let answersPing = true

  const fromRun = port.onMessage((message) => {
    if (socket.readyState !== WebSocket.OPEN) return
    if (socket.bufferedAmount > limits.unread) {
      socket.close(CloseCode.fellBehind, 'fell behind')
      // A client that reads nothing does not read the close frame either.
      socket.terminate()
      return
    }
    socket.send(message)
  })
  const runEnded = port.onClose(() => socket.close(CloseCode.runEnded, 'the run is gone'))

  const everySecond = setInterval(() => (questions = 0), 1_000).unref()
  const ping = setInterval(() => {
    if (!answersPing) return socket.terminate()
    answersPing = false
    socket.ping()
  }, limits.pingEvery).unref()

  socket.on('pong', () => (answersPing = true))
  socket.on('message', (data, isBinary) => {
    if (!isBinary) return socket.close(CloseCode.wrongMessage, 'not binary')
    if (++questions > QUESTIONS_PER_SECOND) return socket.close(CloseCode.tooMany, 'too many')
    // With the default binaryType, ws hands over one Buffer.
    port.send(data as Buffer)
  })
  // An error is followed by close.
  socket.on('error', () => undefined)
  socket.on('close', () => {
    clearInterval(everySecond)
    clearInterval(ping)
    fromRun.dispose()
    runEnded.dispose()
    port.dispose()
  })
}
