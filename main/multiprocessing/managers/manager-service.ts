/** The objects of all managers of a run, on the event-loop thread of the runner. */
import type { Service } from '../calls/call-server.ts'
import { integer, text } from '../calls/check.ts'
import { AttributeError, OSError } from '../errors.ts'
import { managed, type ManagedMethods } from './manager-objects.ts'

export const MANAGERS = 'managers'

interface ManagedObject {
  readonly manager: number
  readonly type: string
  readonly methods: ManagedMethods
}

export function managerService(): Service {
  const objects = new Map<number, ManagedObject>()
  return {
    methods: {
      make: (_caller, manager, id, type, initial) => {
        const make = Object.entries(managed).find(([name]) => name === type)?.[1]
        if (make === undefined) throw new AttributeError(`no type ${text(type)}`)
        const object = { manager: integer(manager), type: text(type), methods: make(initial) }
        objects.set(integer(id), object)
      },
      invoke: (_caller, id, method, args) => {
        const object = objects.get(integer(id))
        // CPython's proxies cannot connect any more.
        if (object === undefined) throw new OSError('[Errno 111] Connection refused')
        const { methods, type } = object
        const handler = Object.hasOwn(methods, text(method)) ? methods[text(method)] : undefined
        if (handler === undefined)
          throw new AttributeError(`'${type}' object has no method '${text(method)}'`)
        return handler(...(Array.isArray(args) ? (args as readonly unknown[]) : []))
      },
      shutdown: (_caller, manager) => {
        for (const [id, object] of objects) if (object.manager === manager) objects.delete(id)
      },
    },
    reset: () => objects.clear(),
  }
}
