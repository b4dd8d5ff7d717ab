/** Why it is not measured who holds the GIL, in one sentence that names the setting and what to do. */

const ESTIMATED = 'who holds the GIL is estimated from the states of its threads'

/** @param scope the line of /proc/sys/kernel/yama/ptrace_scope; '': there is no such setting */
export function memoryRefused(scope: string): string {
  const set = 'sudo sysctl kernel.yama.ptrace_scope='
  switch (scope.trim()) {
    case '1':
      return `kernel.yama.ptrace_scope is 1, and this process does not descend from Interleave any more, so ${ESTIMATED}; ${set}0 allows measuring it.`
    case '2':
      return `kernel.yama.ptrace_scope is 2, which keeps the interpreter's memory from Interleave, so ${ESTIMATED}; ${set}1 allows measuring it.`
    case '3':
      return `kernel.yama.ptrace_scope is 3, which keeps the interpreter's memory from Interleave until the system is started anew with another setting, so ${ESTIMATED}; set it to 1 in /etc/sysctl.d and restart to measure it.`
    default:
      return `The system does not let Interleave read the interpreter's memory, so ${ESTIMATED}; in a container, --cap-add=SYS_PTRACE allows measuring it.`
  }
}

export const GIL_NOT_FOUND = `Where this interpreter keeps its GIL was not found, so ${ESTIMATED}; a CPython from 3.8 on with ctypes allows measuring it.`

export const GIL_NOT_READABLE = `The interpreter's memory cannot be read where its GIL was, so ${ESTIMATED}; start the program again to measure it.`

export const THREADS_REFUSED =
  'The system does not let Interleave see the threads of this process, so who holds the GIL is not known; mount /proc without hidepid, or run Interleave and the program as the same user.'

/** @param platform as process.platform */
export const noProc = (platform: string): string =>
  `Who holds the GIL is read from /proc, which this system (${platform}) does not have; run Interleave on Linux to see it.`

/** @param why how the sampler ended */
export const samplerEnded = (why: string): string =>
  `The sampler that reads who holds the GIL has ended (${why.replace(/\s+/g, ' ').trim()}); start the run again to see it.`
