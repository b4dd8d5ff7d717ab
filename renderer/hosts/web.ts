/** The page in a browser: requests over HTTP, a run's data over a WebSocket, exports as downloads. */
import { disposable, type Disposable } from '../../main/core/disposables.ts'
import { Emitter } from '../../main/core/emitter.ts'
import { failure, refusal, success, type Refusal, type Result } from '../../main/core/result.ts'
import type {
  Catalogue,
  Interpreter,
  OwnDemos,
  RecordingInfo,
  RunInfo,
  ScriptFile,
} from '../../main/run/contract.ts'
import type { ExportedFile, Host, RunPort } from './host.ts'

const TOKEN_KEY = 'interleave-token'
/** main/web/guard.ts agrees on it. */
const SUBPROTOCOL = 'interleave'

export function createWebHost(): Host {
  const token = findToken()
  const ask = async (method: string, path: string, body?: unknown): Promise<Response> =>
    request(method, path, await token, body)
  return {
    kind: 'web',
    // The server speaks contract.ts: both ends are built together.
    catalogue: async () => (await answerOf(await ask('GET', 'catalogue'))) as Catalogue,
    runs: async () => (await answerOf(await ask('GET', 'runs'))) as readonly RunInfo[],
    async start(run) {
      const response = await ask('POST', 'runs', run)
      return (await outcomeOf(response)) as Result<RunInfo, Refusal>
    },
    async interpreters(options) {
      const response =
        options?.rescan === true
          ? await ask('POST', 'interpreters/rescan')
          : await ask('GET', 'interpreters')
      return (await answerOf(response)) as readonly Interpreter[]
    },
    async addInterpreter(path) {
      // A browser's dialog never says where a file lies: it is typed.
      if (path === undefined) return undefined
      const response = await ask('POST', 'interpreters', { path })
      return (await outcomeOf(response)) as Result<Interpreter, Refusal>
    },
    ownDemos: async () => (await answerOf(await ask('GET', 'demos'))) as OwnDemos,
    async useOwnDemos(folder) {
      if (folder === undefined) return undefined
      const response = await ask('POST', 'demos', { path: folder })
      return (await outcomeOf(response)) as Result<OwnDemos, Refusal>
    },
    async forgetOwnDemos() {
      await answerOf(await ask('DELETE', 'demos'))
    },
    async chooseScript(path) {
      if (path === undefined) return undefined
      const response = await ask('POST', 'scripts', { path })
      return (await outcomeOf(response)) as Result<ScriptFile, Refusal>
    },
    recordings: async () =>
      (await answerOf(await ask('GET', 'recordings'))) as readonly RecordingInfo[],
    async openRecording(from) {
      const given = from ?? (await chooseFile())
      if (given === undefined) return undefined
      const response =
        typeof given === 'string'
          ? await ask('POST', 'recordings/open', { path: given })
          : await ask('PUT', `recordings/${encodeURIComponent(given.name)}`, given)
      return (await outcomeOf(response)) as Result<RunInfo, Refusal>
    },
    // Whoever names one on the command line opens it before the page.
    onOpened: () => disposable(() => undefined),
    guests: async () => (await answerOf(await ask('GET', 'guests'))) as readonly RunInfo[],
    async openGuest(path) {
      const response = await ask('POST', 'guests', { path })
      return (await outcomeOf(response)) as Result<RunInfo, Refusal>
    },
    async closeGuest(guest) {
      await answerOf(await ask('DELETE', `guests/${encodeURIComponent(guest)}`))
    },
    async stop(run) {
      await answerOf(await ask('POST', `runs/${encodeURIComponent(run)}/stop`))
    },
    attach: async (run) => openPort(run, await token),
    save: (file) => Promise.resolve(download(file)),
    onCommand: () => disposable(() => undefined),
  }
}

/**
 * The token is in the fragment of the printed address, or behind the ticket in the fragment that
 * the browser was opened with. It moves to the tab's own storage, so that a reload still has it and
 * the history and the address bar do not.
 */
async function findToken(): Promise<string> {
  const fragment = new URLSearchParams(location.hash.slice(1))
  const ticket = fragment.get('ticket')
  let token = fragment.get('token')
  if (token !== null || ticket !== null)
    history.replaceState(null, '', location.pathname + location.search)
  if (ticket !== null) {
    const answer = await request('POST', 'session', ticket)
    // A ticket works once; a tab that was restored may hold the token already.
    if (answer.ok) token = ((await answer.json()) as { token: string }).token
  }
  if (token !== null) sessionStorage.setItem(TOKEN_KEY, token)
  return token ?? sessionStorage.getItem(TOKEN_KEY) ?? ''
}

/** @throws Error in words for the user when nobody answers. */
async function request(
  method: string,
  path: string,
  secret: string,
  body?: unknown,
): Promise<Response> {
  const isFile = body instanceof Blob

  try {
    return await fetch(`/api/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(body !== undefined && {
          'content-type': isFile ? 'application/octet-stream' : 'application/json',
        }),
      },
      // What is let go of as the page ends.
      keepalive: method === 'DELETE',
      ...(body !== undefined && { body: isFile ? body : JSON.stringify(body) }),
    })
  } catch {
    throw new Error('Interleave does not answer. Start it again and open its new address.')
  }
}

async function outcomeOf(response: Response): Promise<Result<unknown, Refusal>> {
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok) return success(body)
  if (isRefusal(body)) return failure(body)
  return failure(
    refusal('environment', `Interleave answered ${response.status}.`, 'Its terminal says more.'),
  )
}

/** @throws Error with the refusal's two sentences. */
async function answerOf(response: Response): Promise<unknown> {
  const outcome = await outcomeOf(response)
  if (outcome.ok) return outcome.value
  throw new Error(`${outcome.failure.message} ${outcome.failure.remedy}`)
}

const isRefusal = (body: unknown): body is Refusal =>
  typeof body === 'object' && body !== null && 'message' in body && 'remedy' in body

/** @throws Error when the host holds no such run, or nobody answers. */
async function openPort(run: string, token: string): Promise<RunPort> {
  const address = new URL(`/api/runs/${encodeURIComponent(run)}`, location.href)
  address.protocol = 'ws:'
  const socket = new WebSocket(address, [SUBPROTOCOL, `token.${token}`])
  socket.binaryType = 'arraybuffer'
  const port = new WebRunPort(socket)
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('close', () =>
      reject(new Error(`There is no run ${run} to attach to.`)),
    )
  })
  return port
}

class WebRunPort implements RunPort {
  readonly #socket: WebSocket
  readonly #messages = new Emitter<Uint8Array>()
  readonly #closings = new Emitter<void>()
  /** What arrives before somebody listens. */
  #early: Uint8Array[] | undefined = []

  constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (!(data instanceof ArrayBuffer)) return
      const message = new Uint8Array(data)
      if (this.#early === undefined) this.#messages.emit(message)
      else this.#early.push(message)
    })
    socket.addEventListener('close', () => {
      this.#closings.emit()
      this.#closings.dispose()
    })
  }

  send(message: Uint8Array<ArrayBuffer>): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(message)
  }

  onMessage(listener: (message: Uint8Array) => void): Disposable {
    const early = this.#early ?? []
    this.#early = undefined
    for (const message of early) listener(message)
    return this.#messages.on(listener)
  }

  onClose(listener: () => void): Disposable {
    if (this.#socket.readyState === WebSocket.CLOSED) queueMicrotask(listener)
    return this.#closings.on(listener)
  }

  /** Does not tell the listeners: whoever closes it knows. */
  dispose(): void {
    this.#early = undefined
    this.#messages.dispose()
    this.#closings.dispose()
    this.#socket.close()
  }
}

/** Undefined: none was chosen. Browsers show it only upon a press of the user's. */
function chooseFile(): Promise<File | undefined> {
  const field = document.createElement('input')
  field.type = 'file'
  field.accept = '.ilv'
  return new Promise((resolve) => {
    field.addEventListener('change', () => resolve(field.files?.[0]))
    field.addEventListener('cancel', () => resolve(undefined))
    field.click()
  })
}

function download(file: ExportedFile) {
  const address = URL.createObjectURL(new Blob([file.bytes], { type: file.type }))
  const link = document.createElement('a')
  link.href = address
  link.download = file.name
  link.click()
  // The browser reads it after this task.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
  return { outcome: 'saved', where: 'the browser’s downloads' } as const
}
