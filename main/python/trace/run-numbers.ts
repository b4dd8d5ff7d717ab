/**
 * Numbers of threads, resources and sources that the processes of Python programs are given, apart
 * from those that Node's processes hand out (trace/model.ts, IDENT_RANGE).
 */
import { MAX_RESOURCE } from '../../trace/model.ts'

const FIRST_IDENT = 0x8000_0000
const LAST_IDENT = 0xffff_fff0
/** Node's processes have a range each from below; no run has so many of them. */
const FIRST_RESOURCE = 0x80_0000
const FIRST_SOURCE = 2 ** 32

export class RunNumbers {
  #idents = FIRST_IDENT
  #resources = FIRST_RESOURCE
  #sources = FIRST_SOURCE

  /** A thread's; all beyond two thousand million share the last. */
  ident(): number {
    return Math.min(this.#idents++, LAST_IDENT)
  }

  /** A resource's; all beyond eight million share the last. */
  resource(): number {
    return Math.min(this.#resources++, MAX_RESOURCE)
  }

  source(): number {
    return this.#sources++
  }
}
