/** What the probe and the sampler cost a program under CPython, over the interpreters of this machine. */
import type { Interpreter } from '../../main/run/contract.ts'
import type { BenchContext, BenchPeer, BenchResult, BenchRow } from './bench.ts'
import { figure, median } from './measure.ts'
import { inWorkshop, isRecent, pythons, shortName, untilExit } from './python-programs.ts'

/** Each a program without the probe and one with it, one after the other. */
const REPEATS = 3
/** Of the countdown, where a few per cent are looked for. */
const COUNTDOWNS = 9
const STARTS = 7

interface Compared {
  readonly python: Interpreter
  readonly bare: number
  readonly probed: number
  readonly dropped: number
}

const sampler = (): URL => new URL('gil-sampler.mjs', import.meta.url)

async function compareAll(
  { out }: BenchContext,
  measure: string,
  repeats = REPEATS,
): Promise<readonly Compared[]> {
  const found = await pythons()
  return inWorkshop(out, sampler(), async (workshop) => {
    const compared: Compared[] = []
    for (const python of found) {
      const [bare, probed]: [number[], number[]] = [[], []]
      let lost = 0
      for (let repeat = 0; repeat < repeats; repeat++) {
        bare.push(...(await workshop.bare(python, [measure])))
        const { figures, dropped } = await workshop.probed(python, [measure])
        probed.push(...figures)
        lost += dropped
      }
      compared.push({ python, bare: median(bare), probed: median(probed), dropped: lost })
    }
    return compared
  })
}

async function startAll({ out }: BenchContext): Promise<readonly Compared[]> {
  const found = await pythons()
  return inWorkshop(out, sampler(), async ({ probe, script, traces }) => {
    const compared: Compared[] = []
    for (const python of found) {
      const [bare, probed]: [number[], number[]] = [[], []]
      const probing = [probe, '--trace', await traces(), '--', script, 'nothing']
      // CPython compiles the probe once and keeps it.
      await untilExit(python.path, probing)
      for (let start = 0; start < STARTS; start++) {
        bare.push(await untilExit(python.path, [script, 'nothing']))
        probed.push(await untilExit(python.path, probing))
      }
      compared.push({ python, bare: median(bare), probed: median(probed), dropped: 0 })
    }
    return compared
  })
}

/**
 * The worst of those that the target is for, and what came out of each of all.
 * @param rank share of them that are better; 0.5: the one in the middle, where two runs of the same
 * program differ by more than what is looked for and the worst would be chance.
 */
function judgedBy(
  compared: readonly Compared[],
  cost: (each: Compared) => number,
  words: (each: Compared) => string,
  rank = 1,
): { readonly each: Compared; readonly note: string } | undefined {
  const judged = compared.filter(({ python }) => isRecent(python))
  const ranked = (judged.length > 0 ? judged : compared).toSorted(
    (one, other) => cost(one) - cost(other),
  )
  const first = ranked[Math.floor((ranked.length - 1) * rank)]
  if (first === undefined) return undefined
  const dropped = compared.reduce((sum, each) => sum + each.dropped, 0)
  const all = compared.map((each) => `${shortName(each.python)} ${words(each)}`).join(', ')
  return { each: first, note: `${all}${dropped > 0 ? `; ${figure(dropped)} events dropped` : ''}` }
}

const added = ({ bare, probed }: Compared): number => probed - bare

const without = ({ python, bare }: Compared): BenchPeer => ({
  name: `CPython ${shortName(python)} without`,
  value: bare,
})

/** @param digits of the figures in the note, after the point */
function worstAdded(compared: readonly Compared[], digits: number): BenchResult | undefined {
  const found = judgedBy(compared, added, (each) => `+${added(each).toFixed(digits)}`)
  return (
    found && {
      value: added(found.each),
      peers: [without(found.each)],
      note: `added: ${found.note}`,
    }
  )
}

export const rows: readonly BenchRow[] = [
  {
    name: 'python: two threads count down, with the probe and the sampler (median version from 3.11 on)',
    unit: 'ms',
    async run(context) {
      const ratio = ({ bare, probed }: Compared) => probed / bare
      const words = (each: Compared) => `${ratio(each).toFixed(3)}×`
      const found = judgedBy(
        await compareAll(context, 'two_threads', COUNTDOWNS),
        ratio,
        words,
        0.5,
      )
      return found && { value: found.each.probed, peers: [without(found.each)], note: found.note }
    },
  },
  {
    name: 'python: added to an operation of a lock (worst from 3.11 on)',
    unit: 'ns',
    run: async (context) => worstAdded(await compareAll(context, 'lock_operations'), 0),
  },
  {
    name: 'python: added to a put or get of a queue (worst from 3.11 on)',
    unit: 'ns',
    run: async (context) => worstAdded(await compareAll(context, 'queue_operations'), 0),
  },
  {
    name: 'python: added to the start of a program (worst from 3.11 on)',
    unit: 'ms',
    run: async (context) => worstAdded(await startAll(context), 1),
  },
]
