import { ValueError } from '../../threading/errors.ts'

/** CPython's words. */
export const releasedTooOften = (): ValueError =>
  new ValueError('semaphore or lock released too many times')

export const whyAbandoned = (what: string, who: string, name: string): string =>
  `the ${what} that held ${name} has died (${who}): what it protects may be half changed`

/** A process, for a sentence. */
export const describe = ({ name, pid }: { readonly name: string; readonly pid: number }): string =>
  `${name}, pid ${pid}`
