/**
 * Semaphores and shared memory of a program that was killed before it, or multiprocessing's resource
 * tracker, could remove them. Only what its own processes were seen to use, what was made after its
 * start, and what nobody else uses.
 */
import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
/** Of a line of /proc/PID/maps: the file's number. Its name is that under which it was made first. */
const MAPPED = /^(?:\S+ ){4}(\d+)\s+\/dev\/shm\//
/** `sem.mp-…` are multiprocessing's semaphores, `psm_…` its shared memory. */
const NAME = /^(sem\.mp-|psm_)[\w.-]+$/
const PAUSE_MILLISECONDS = 1_000
const LOOKING_SHARE = 0.02

export class LeftOvers {
  readonly #names = new Set<string>()
  /** Milliseconds since 1970. */
  readonly #began = Date.now()
  #nextLook = 0

  /** Looks at what the processes use, if the last time is long enough ago, or `now`. */
  look(pids: readonly number[], isNow = false): void {
    const from = performance.now()
    if (process.platform !== 'linux' || (!isNow && from < this.#nextLook)) return
    const names = namesByNumber()
    if (names.size > 0)
      for (const pid of pids)
        for (const number of mappedBy(pid)) {
          const name = names.get(number)
          if (name !== undefined) this.#names.add(name)
        }
    const cost = performance.now() - from
    this.#nextLook = from + Math.max(PAUSE_MILLISECONDS, cost / LOOKING_SHARE)
  }

  /** Names that the program itself says it made: of semaphores `/mp-…`, of shared memory `psm_…`. */
  add(names: readonly string[]): void {
    for (const name of names) {
      const plain = name.replace(/^\//, '')
      if (plain.startsWith('mp-')) this.#names.add(`sem.${plain}`)
      else if (NAME.test(plain)) this.#names.add(plain)
    }
  }

  /** Once no process of the program is left. @returns the names that were removed. */
  remove(): readonly string[] {
    const mine = [...this.#names].filter((name) => this.#isMine(name))
    this.#names.clear()
    if (mine.length === 0) return []
    const names = namesByNumber()
    const used = new Set(
      readdirSync('/proc').flatMap((pid) =>
        (/^\d+$/.test(pid) ? mappedBy(Number(pid)) : []).map((number) => names.get(number)),
      ),
    )
    const left = mine.filter((name) => !used.has(name))
    for (const name of left) rmSync(join(MEMORY, name), { force: true })
    return left
  }

  #isMine(name: string): boolean {
    try {
      const { uid, birthtimeMs, ctimeMs } = lstatSync(join(MEMORY, name))
      // Where the system keeps no time of birth, Node gives the epoch or another of its times.
      const born = birthtimeMs > 0 ? Math.min(birthtimeMs, ctimeMs) : ctimeMs
      return uid === process.getuid?.() && born >= this.#began - CLOCK_TOLERANCE_MILLISECONDS
    } catch {
      // It has been removed.
      return false
    }
  }
}

/** The system stamps files with the time of its last tick. */
const CLOCK_TOLERANCE_MILLISECONDS = 20

/** Semaphores and shared memory that there are, by the number of their file. */
function namesByNumber(): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  for (const name of namesIn(MEMORY)) {
    const status = NAME.test(name) && lstatSync(join(MEMORY, name), { throwIfNoEntry: false })
    if (status) names.set(status.ino, name)
  }
  return names
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    // There is none.
    return []
  }
}

function mappedBy(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/maps`, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, number] = MAPPED.exec(line) ?? []
        return number === undefined ? [] : [Number(number)]
      })
  } catch {
    // It has ended, or belongs to somebody else.
    return []
  }
}
