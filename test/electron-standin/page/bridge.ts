/**
 * Values and calls between the two worlds of a frame, as synchronous DOM events whose details
 * Blink clones. Copies as contextBridge does: data copied and frozen, functions and promises
 * proxied, prototypes dropped, and a MessagePort arrives as an empty object.
 */
type Packed =
  | { readonly kind: 'plain'; readonly value: unknown }
  | { readonly kind: 'function'; readonly id: number }
  | { readonly kind: 'promise'; readonly id: number }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'array'; readonly items: readonly Packed[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Packed])[] }

type Reply = { readonly returned: Packed } | { readonly threw: Packed }
type Envelope =
  | { readonly type: 'call'; readonly target: number | string; readonly given: readonly Packed[] }
  | { readonly type: 'reply'; readonly reply: Reply }

// `never` parameters: what arrives is whatever the other world sent.
type Callable = (...given: never[]) => unknown

export interface Bridge {
  /** @throws Error what the other world's function threw */
  call(target: string, given: readonly unknown[]): unknown
  serve(name: string, serve: Callable): void
}

const DEEPEST = 1000
const CLONEABLE = [ArrayBuffer, Date, RegExp, Map, Set, Blob]

export function makeBridge(secret: string, here: string, there: string): Bridge {
  // The page may replace these later.
  const { dispatchEvent, addEventListener } = EventTarget.prototype
  const functions = new Map<number, Callable>()
  const served = new Map<string, Callable>()
  let next = 0
  let inbox: Reply | undefined

  const post = (detail: Envelope): void =>
    void dispatchEvent.call(document, new CustomEvent(secret + there, { detail }))
  const own = (callable: Callable): number => {
    functions.set(next, callable)
    return next++
  }

  function pack(value: unknown, depth = 0): Packed {
    if (depth > DEEPEST) {
      throw new Error(
        `Electron contextBridge recursion depth exceeded.  Nested objects deeper than ${DEEPEST} are not supported.`,
      )
    }
    if (typeof value === 'symbol') throw new Error('An object could not be cloned.')
    if (typeof value === 'function') return { kind: 'function', id: own(value as Callable) }
    if (typeof value !== 'object' || value === null) return { kind: 'plain', value }
    if (value instanceof Promise) return { kind: 'promise', id: own(subscribe(value)) }
    if (value instanceof Error) return { kind: 'error', message: value.message }
    if (Array.isArray(value)) {
      return { kind: 'array', items: value.map((item) => pack(item, depth + 1)) }
    }
    if (ArrayBuffer.isView(value) || CLONEABLE.some((type) => value instanceof type)) {
      return { kind: 'plain', value: cloned(value) }
    }
    const entries = Object.entries(value).map(
      ([key, item]) => [key, pack(item, depth + 1)] as const,
    )
    return { kind: 'object', entries }
  }

  function unpack(packed: Packed): unknown {
    switch (packed.kind) {
      case 'plain':
        return packed.value
      case 'function':
        return (...given: unknown[]) => call(packed.id, given)
      case 'promise':
        return new Promise((resolve, reject) => call(packed.id, [resolve, reject]))
      case 'error':
        return new Error(packed.message)
      case 'array':
        return Object.freeze(packed.items.map(unpack))
      case 'object': {
        const object = {}
        for (const [key, item] of packed.entries) {
          Object.defineProperty(object, key, { value: unpack(item), enumerable: true })
        }
        return Object.freeze(object)
      }
    }
  }

  function call(target: number | string, given: readonly unknown[]): unknown {
    inbox = undefined
    post({ type: 'call', target, given: given.map((value) => pack(value)) })
    const reply = inbox as Reply | undefined
    inbox = undefined
    if (reply === undefined) throw new Error('the other world did not answer')
    if ('threw' in reply) throw unpack(reply.threw)
    return unpack(reply.returned)
  }

  function answer(target: number | string, given: readonly Packed[]): Reply {
    try {
      const callable = typeof target === 'string' ? served.get(target) : functions.get(target)
      if (callable === undefined) throw new Error(`nothing is served as ${target}`)
      return { returned: pack(callable(...(given.map(unpack) as never[]))) }
    } catch (error) {
      return { threw: pack(error) }
    }
  }

  addEventListener.call(
    document,
    secret + here,
    (event) => {
      event.stopImmediatePropagation()
      const message = (event as CustomEvent<Envelope>).detail
      if (message.type === 'reply') inbox = message.reply
      else post({ type: 'reply', reply: answer(message.target, message.given) })
    },
    true,
  )
  return { call, serve: (name, callable) => void served.set(name, callable) }
}

const subscribe =
  (promise: Promise<unknown>): Callable =>
  (resolve: (value: unknown) => void, reject: (error: unknown) => void) =>
    void promise.then(resolve, reject)

function cloned(value: object): unknown {
  try {
    return structuredClone(value)
  } catch {
    throw new Error('An object could not be cloned.')
  }
}
