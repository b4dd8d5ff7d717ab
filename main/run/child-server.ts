/** Where child processes call in: a socket that only this user can reach, and a check of who calls. */
import { timingSafeEqual } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import {
  FrameError,
  FrameReader,
  MAX_FRAME_BYTES,
  MAX_HELLO_BYTES,
} from '../multiprocessing/frames.ts'
import { OSError } from '../multiprocessing/errors.ts'
import { readFromChild } from '../multiprocessing/message-codec.ts'
import { PROTOCOL_VERSION } from '../multiprocessing/messages.ts'
import { chooseAddress, makeAddressFolder, removeAddress } from './socket-address.ts'

const HELLO_TIMEOUT_MILLISECONDS = 5000

/** A connection that has proved to be a child's. Frames that follow go to `reader`'s new owner. */
export interface Caller {
  readonly process: number
  readonly pid: number
  readonly socket: Socket
  /** Set at once by whoever takes the call. */
  onFrame: (type: number, payload: Buffer) => void
  /** Fires when the peer broke the framing; the socket is destroyed then. */
  onError: (error: FrameError) => void
  readonly reader: FrameReader
}

export interface ChildServerOptions {
  /** The token the process was given; undefined: no such process is expected. */
  readonly tokenOf: (process: number) => string | undefined
  readonly onCall: (caller: Caller) => void
  /** From `chooseAddress`; undefined: one is chosen. */
  readonly address?: string | undefined
  /** Where the directory of the socket is made. Default: the system's folder for such things. */
  readonly directory?: string
}

export class ChildServer {
  readonly address: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server, address: string) {
    this.#server = server
    this.address = address
  }

  /** @throws OSError when the socket's path would be too long or the system refuses. */
  static async listen(options: ChildServerOptions): Promise<ChildServer> {
    const directory = options.directory ?? tmpdir()
    const address = options.address ?? chooseAddress(directory)
    await makeAddressFolder(address)
    const server = createServer({ noDelay: true })
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(address, resolve)
      })
    } catch (error) {
      await removeAddress(address)
      throw new OSError(`cannot listen on ${address}: ${messageOf(error)}`, { cause: error })
    }
    const own = new ChildServer(server, address)
    server.on('connection', (socket) => own.#accept(socket, options))
    // Accepting failed, for want of descriptors most likely: that caller's start fails, others go on.
    server.on('error', () => undefined)
    return own
  }

  /** Ends every connection and removes the socket and its directory. */
  async dispose(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
    await removeAddress(this.address)
  }

  #accept(socket: Socket, options: ChildServerOptions): void {
    this.#sockets.add(socket)
    const timer = setTimeout(() => socket.destroy(), HELLO_TIMEOUT_MILLISECONDS)
    socket.on('close', () => {
      clearTimeout(timer)
      this.#sockets.delete(socket)
    })
    // Always followed by close.
    socket.on('error', () => undefined)
    let caller: Caller | undefined
    const reader = new FrameReader((type, payload) => {
      if (caller !== undefined) return caller.onFrame(type, payload)
      const hello = checkHello(type, payload, options)
      clearTimeout(timer)
      reader.maximum = MAX_FRAME_BYTES
      caller = { ...hello, socket, reader, onFrame: () => undefined, onError: () => undefined }
      options.onCall(caller)
    }, MAX_HELLO_BYTES)
    socket.on('data', (chunk) => {
      try {
        reader.push(chunk)
      } catch (error) {
        if (!(error instanceof FrameError)) throw error
        caller?.onError(error)
        socket.destroy()
      }
    })
  }
}

function checkHello(
  type: number,
  payload: Buffer,
  options: ChildServerOptions,
): { readonly process: number; readonly pid: number } {
  const hello = readFromChild(type, payload)
  if (hello.type !== 'hello') throw new FrameError('a child must say hello first')
  if (hello.version !== PROTOCOL_VERSION)
    throw new FrameError(`a child of protocol ${hello.version}, not ${PROTOCOL_VERSION}`)
  const token = options.tokenOf(hello.process)
  if (token === undefined || !sameToken(token, hello.token)) throw new FrameError('wrong token')
  return { process: hello.process, pid: hello.pid }
}

/** In a time that says nothing about where they differ. */
function sameToken(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
