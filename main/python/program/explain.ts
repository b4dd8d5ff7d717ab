/**
 * What went wrong with a program, where it is something that is known: from what it wrote to
 * standard errors and how it ended. A table of rules; the first that fits says it. The wording that
 * they look for is CPython's, 3.8 to 3.15.
 */
import { plural } from '../../core/figures-format.ts'
import type { Explanation } from '../../run/contract.ts'
import { STORM_DEATHS } from './deaths.ts'
import { NO_GUARD } from './output.ts'
import type { ProgramExit } from './program.ts'
import { MOST_PROCESSES, STALL_MILLISECONDS } from './watch.ts'

export interface Outcome {
  /** `3.13.0`; '' where it is not known. */
  readonly version: string
  /** That its processes were started by; '' where it is not known. */
  readonly startMethod: string
  readonly exit: Pick<
    ProgramExit,
    'code' | 'signal' | 'error' | 'ended' | 'firstWords' | 'lastWords'
  >
  /** Variant of the same demo that works. */
  readonly works: string | undefined
}

interface Facts extends Outcome {
  /** Standard errors: beginning and end. */
  readonly text: string
}

interface Rule {
  readonly fits: (facts: Facts) => boolean
  readonly say: (facts: Facts) => Omit<Explanation, 'works'>
}

const GUARD =
  "Put whatever starts processes under “if __name__ == '__main__'”: it works with every start method."
const LOCAL = /Can't (?:pickle|get) local object '?(?:<function )?([\w.<>]+)/
const PICKLING = /_?pickle\.PicklingError|^PicklingError|cannot pickle|Can't pickle/m
const UNDEFINED = /^NameError: name '(\w+)' is not defined/m
const MISSING_MODULE = /^ModuleNotFoundError: No module named '([\w.]+)'/m
const SYNTAX = /^(SyntaxError|IndentationError|TabError): .*/m
const SECONDS = STALL_MILLISECONDS / 1_000

/** How the program reached a process that is not forked, in words. */
function startWords({ startMethod, version }: Facts): string {
  const method = startMethod === '' ? 'spawn or forkserver' : startMethod
  const isDefault = startMethod === 'forkserver' && isAtLeast(version, 14)
  return isDefault ? `${method} (on Linux the default from 3.14 on)` : method
}

const noGuard: Rule = {
  fits: ({ text }) => text.includes(NO_GUARD),
  say: (facts) => ({
    headline:
      facts.exit.ended === 'storm'
        ? 'Processes were started over and over again, because the program has no main guard'
        : 'A new process cannot be started, because the program has no main guard',
    sentences: [
      `With ${startWords(facts)} a new process imports the program first, and so comes to the line that starts processes itself: CPython stops it there with a RuntimeError.`,
      ...consequence(facts),
      GUARD,
    ],
  }),
}

/** By version: what a parent meets whose forkserver has died. */
const HANDED_OVER = ['ConnectionResetError', 'EOFError: unexpected EOF']

/** What became of the parent. */
function consequence({ exit, text }: Facts): string[] {
  switch (exit.ended) {
    case 'storm':
      return [
        'The pool starts another process for each that has died, and would go on for ever: it was ended.',
      ]
    case 'stalled':
      return [
        `The parent waits for ever for something that only the process that died could send: it was ended after ${SECONDS} s in which nothing happened.`,
      ]
    case 'stopped':
    case 'processes':
      return []
    case undefined:
      return HANDED_OVER.flatMap((error) =>
        text.includes(error)
          ? [`The parent was just handing the new process its work, and ended with ${error}.`]
          : [],
      )
  }
}

const localTarget: Rule = {
  fits: ({ text }) => LOCAL.test(text) || PICKLING.test(text),
  say: (facts) => {
    const name = LOCAL.exec(facts.text)?.[1]
    return {
      headline:
        name === undefined
          ? 'Something cannot be sent to another process, because it cannot be pickled'
          : `${name} cannot be sent to another process, because it is local`,
      sentences: [
        `With ${startWords(facts)} what a process runs is pickled, and functions travel by their name in a module: a local function, a lambda or an open file has none there.`,
        'Under fork nothing is pickled at the start, which is why the same program works there.',
        'Use a function of the module, and hand it what it needs as arguments.',
      ],
    }
  },
}

const poolNameError: Rule = {
  fits: ({ text }) => text.includes('RemoteTraceback') && UNDEFINED.test(text),
  say: ({ text }) => {
    const name = UNDEFINED.exec(text)?.[1] ?? ''
    return {
      headline: `A worker of the pool failed: ${name} is not defined`,
      sentences: [
        'The exception was raised in a worker process, pickled, and raised again in the parent where it waited for the results: the first traceback is the worker’s.',
        `Define ${name}, or import it, where workers can see it: in the module itself.`,
      ],
    }
  },
}

const brokenPool: Rule = {
  fits: ({ text }) => text.includes('BrokenProcessPool'),
  say: () => ({
    headline: 'A worker of the process pool ended without an answer',
    sentences: [
      'The executor gives up as a whole when one of its workers is killed, runs out of memory or calls os._exit.',
      'See the killed processes, and what the worker printed before.',
    ],
  }),
}

const noInput: Rule = {
  fits: ({ text }) => text.includes('EOFError: EOF when reading a line'),
  say: () => ({
    headline: 'The program asked for input, and there was none left',
    sentences: ['Its standard input ends after what was given to it. Give it more input.'],
  }),
}

const missingModule: Rule = {
  fits: ({ text, exit }) => exit.code === 1 && MISSING_MODULE.test(text),
  say: ({ text }) => {
    const name = MISSING_MODULE.exec(text)?.[1] ?? ''
    return {
      headline: `This interpreter has no module ${name}`,
      sentences: [
        'Every interpreter and every virtual environment has modules of its own.',
        `Choose the interpreter of the environment in which ${name} is installed.`,
      ],
    }
  },
}

const syntax: Rule = {
  fits: ({ text, exit }) =>
    exit.code === 1 && SYNTAX.test(text) && !text.includes('During handling'),
  say: ({ text, version }) => ({
    headline: `CPython${version === '' ? '' : ` ${version}`} does not understand the program: ${SYNTAX.exec(text)?.[0] ?? ''}`,
    sentences: [
      'Nothing of it was run. The output names the line.',
      'Correct it, or choose a version of CPython that knows this syntax.',
    ],
  }),
}

const storm: Rule = {
  fits: ({ exit }) => exit.ended === 'storm',
  say: () => ({
    headline: 'Processes were started over and over again',
    sentences: [
      `More than ${STORM_DEATHS} processes failed right after their start, and none ended well: it was ended before it took the machine.`,
      'See the output for why they failed.',
    ],
  }),
}

const processes: Rule = {
  fits: ({ exit }) => exit.ended === 'processes',
  say: () => ({
    headline: `It had more than ${plural(MOST_PROCESSES, 'process', 'processes')} at once`,
    sentences: [
      'It was ended before the machine had none left to give.',
      'Run it with fewer processes at a time.',
    ],
  }),
}

const stalled: Rule = {
  fits: ({ exit }) => exit.ended === 'stalled',
  say: () => ({
    headline: 'Nothing happened any more',
    sentences: [
      `A process of it has ended, and for ${SECONDS} s the others did nothing: they wait for something that nobody sends any more. It was ended then.`,
      'See the timeline for what they wait for.',
    ],
  }),
}

const outOfMemory: Rule = {
  fits: ({ exit }) => exit.signal === 'SIGKILL' && exit.ended === undefined,
  say: () => ({
    headline: 'The program was killed',
    sentences: [
      'SIGKILL came from outside of it: from a person, or from the system because its memory ran out.',
      'See whether there is enough memory, and run it again.',
    ],
  }),
}

const crashed: Rule = {
  fits: ({ exit }) => /^SIG(SEGV|BUS|ABRT|ILL|FPE)$/.test(exit.signal ?? ''),
  say: ({ exit }) => ({
    headline: `The interpreter itself crashed (${exit.signal ?? ''})`,
    sentences: [
      'That is a mistake in CPython or in a module that is written in C, not in the script.',
      'Run it again with another version, and see which module is to blame.',
    ],
  }),
}

const RULES: readonly Rule[] = [
  ...[noGuard, localTarget, poolNameError, brokenPool, noInput, missingModule, syntax],
  ...[storm, processes, stalled, outOfMemory, crashed],
]

/** @returns undefined: it ended well, or in a way that speaks for itself. */
export function explain(outcome: Outcome): Explanation | undefined {
  const { exit, works } = outcome
  const endedWell = exit.code === 0 && exit.ended === undefined
  if (endedWell || exit.error !== undefined) return undefined
  const facts: Facts = { ...outcome, text: `${exit.firstWords}\n${exit.lastWords}` }
  const rule = RULES.find(({ fits }) => fits(facts))
  if (rule === undefined || (exit.ended === 'stopped' && !isKnownMistake(rule))) return undefined
  return { ...rule.say(facts), ...(works !== undefined && { works }) }
}

/** Worth saying even of a program that was stopped: it would have failed, or waited for ever. */
const isKnownMistake = (rule: Rule): boolean => rule === noGuard || rule === localTarget

function isAtLeast(version: string, minor: number): boolean {
  const [major = 0, own = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  return major > 3 || (major === 3 && own >= minor)
}
