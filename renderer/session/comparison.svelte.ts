/** What is laid side by side: cases of runs and of recordings, each with the repeat that is shown. */
import { SvelteMap } from 'svelte/reactivity'
import { Disposables, type Disposable } from '../../main/core/disposables.ts'
import { median } from '../../main/core/statistics.ts'
import {
  casesOf,
  mainCase,
  MOST_MEMBERS,
  wholeAsSection,
  type Case,
} from '../../main/export/compare/members.ts'
import { MOST_GUESTS, type MeasuredSection } from '../../main/run/contract.ts'
import type { Host } from '../hosts/host.ts'
import { DemoRun } from './demo-run.svelte.ts'
import type { Notice } from './session.svelte.ts'
import { keepOfWindow, readOfWindow } from './storage.ts'

export interface ComparedMember {
  /** Its own, however often the same is compared. */
  readonly key: number
  readonly run: DemoRun
  /** Label of the case; WHOLE: all of a recording that has no section. */
  readonly label: string
  /** The one that its timeline shows. */
  readonly repeat: number
}

/** What the session does for it. */
interface Surroundings {
  /** Opens the run's port. */
  connect(run: DemoRun): Promise<void>
  say(notice: Notice): void
  /** What can be asked of this recording already. */
  held(path: string): DemoRun | undefined
}

/** Where the ids of this window's guests are kept: a reload or a crash leaves them open. */
const KEPT = 'guests'

const pathOf = (run: DemoRun): string => run.status.recording?.path ?? ''
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export class Comparison implements Disposable {
  readonly #host: Host
  readonly #surroundings: Surroundings
  #members = $state.raw<readonly ComparedMember[]>([])
  #isShown = $state(false)
  /** Recordings on their way. */
  #opening = $state(0)
  readonly #sections = new SvelteMap<DemoRun, readonly MeasuredSection[]>()
  /** Runs that were opened for the comparison alone. */
  readonly #guests = new Set<DemoRun>()
  #nextKey = 1

  constructor(host: Host, surroundings: Surroundings) {
    this.#host = host
    this.#surroundings = surroundings
  }

  get members(): readonly ComparedMember[] {
    return this.#members
  }
  get isShown(): boolean {
    return this.#isShown
  }
  get isOpening(): boolean {
    return this.#opening > 0
  }
  get isFull(): boolean {
    return this.#members.length >= MOST_MEMBERS
  }
  /** Runs that members are of, each once. */
  get runs(): readonly DemoRun[] {
    return [...new Set(this.#members.map(({ run }) => run))]
  }

  casesOf(run: DemoRun): readonly Case[] {
    return casesOf(this.#sections.get(run) ?? [])
  }

  /** Its repeats. */
  repeatsOf({ run, label }: ComparedMember): readonly MeasuredSection[] {
    return this.casesOf(run).find((each) => each.label === label)?.sections ?? []
  }

  /** What its timeline shows. */
  shownOf(member: ComparedMember): MeasuredSection | undefined {
    return this.repeatsOf(member).find(({ repeat }) => repeat === member.repeat)
  }

  /** Two members are repeats of one case: then the figures are of the repeats that are shown. */
  get isByRepeat(): boolean {
    const cases = this.#members.map(({ run, label }) => `${run.id} ${label}`)
    return new Set(cases).size < cases.length
  }

  /** Shows the comparison of a run that is over: as it was left, or with what the run has to compare. */
  async open(run: DemoRun | undefined): Promise<void> {
    this.#isShown = true
    if (run === undefined || this.#members.some((member) => member.run === run)) return
    if (!run.isOver || run.client === undefined) return
    this.clear()
    const sections = await this.#measure(run)
    if (!sections) return
    const cases = casesOf(sections)
    const main = mainCase(cases, run.request)
    const others = cases.filter((each) => each !== main)
    // What it was compared with comes first, as in the verdict.
    const order = run.request.baseline ? [...others, main] : [main, ...others]
    for (const each of order) if (each && !this.isFull) this.#add(run, each)
    const [only] = cases
    if (cases.length === 1 && only && only.sections.length > 1) {
      const [first, second] = only.sections
      this.#members = []
      if (first && second) for (const { repeat } of [first, second]) this.#add(run, only, repeat)
    }
  }

  hide(): void {
    this.#isShown = false
  }

  /** Shows it with one more recording of the list; where nothing was compared, beside the run in view. */
  async addRecording(path: string, run?: DemoRun): Promise<void> {
    // What was compared before is gone with its run.
    if (this.#members.every((member) => member.run.client === undefined)) this.clear()
    if (this.#members.length === 0 && run?.isOver && run.client && pathOf(run) !== path) {
      const sections = await this.#measure(run)
      const main = sections && mainCase(casesOf(sections), run.request)
      if (main) this.#add(run, main)
    }
    this.#isShown = true
    const opened = await this.#openRecording(path)
    if (opened) await this.addRun(opened)
  }

  /** @param label of its case; absent: what it was mostly about */
  async addRun(run: DemoRun, label?: string, repeat?: number): Promise<void> {
    const sections = await this.#measure(run)
    if (!sections) return this.#letGo(run)
    const cases = casesOf(sections)
    const one = cases.find((each) => each.label === label) ?? mainCase(cases, run.request)
    if (this.isFull) {
      this.#surroundings.say({
        tone: 'danger',
        title: `${MOST_MEMBERS} are compared already.`,
        text: 'Take one of them out first.',
      })
      this.#letGo(run)
    } else if (one) this.#add(run, one, repeat)
  }

  remove(key: number): void {
    const member = this.#members.find((each) => each.key === key)
    this.#members = this.#members.filter((each) => each !== member)
    if (member) this.#letGo(member.run)
  }

  /** All of a recording's. */
  removeRecording(path: string): void {
    for (const { key, run } of this.#members) if (pathOf(run) === path) this.remove(key)
  }

  has(path: string): boolean {
    return this.#members.some(({ run }) => pathOf(run) === path)
  }

  /** One place up or down. */
  move(key: number, by: -1 | 1): void {
    const at = this.#members.findIndex((each) => each.key === key)
    const [one, other] = [this.#members[at], this.#members[at + by]]
    if (one && other) this.#members = this.#members.with(at, other).with(at + by, one)
  }

  /** Another repeat of the same case. */
  showRepeat(key: number, repeat: number): void {
    this.#members = this.#members.map((each) => (each.key === key ? { ...each, repeat } : each))
  }

  /** Of a run that has made way for another one: its recording, which is still there. */
  async revive(member: ComparedMember): Promise<void> {
    const opened = await this.#openRecording(pathOf(member.run))
    if (!opened) return
    if (!(await this.#measure(opened))) return this.#letGo(opened)
    const gone = member.run
    this.#members = this.#members.map((each) =>
      each.run === gone ? { ...each, run: opened } : each,
    )
    this.#letGo(gone)
  }

  /** Nothing is compared any more, and what was opened for it is closed. */
  clear(): void {
    const runs = this.runs
    this.#members = []
    for (const run of runs) this.#letGo(run)
  }

  /** The window ends: nobody else closes what it has opened. */
  leave(): void {
    for (const id of this.#guestIds) void this.#host.closeGuest(id).catch(() => undefined)
    this.dispose()
  }

  dispose(): void {
    for (const run of this.#guests) run.dispose()
    this.#guests.clear()
  }

  #add(run: DemoRun, { label, sections }: Case, repeat = typicalOf(sections)): void {
    const member = { key: this.#nextKey++, run, label, repeat }
    this.#members = [...this.#members, member]
  }

  /** Undefined: it could not be, which was said. */
  async #openRecording(path: string): Promise<DemoRun | undefined> {
    const held = this.#surroundings.held(path)
    if (held) return held
    const there = [...this.#guests].find((run) => pathOf(run) === path && run.client)
    if (there) return there
    this.#opening += 1
    try {
      await this.#makeRoom()
      const opened = await this.#host.openGuest(path)
      if (!opened.ok) {
        const { message: title, remedy } = opened.failure
        this.#surroundings.say({ tone: 'danger', title, text: `Nothing was opened. ${remedy}` })
        return undefined
      }
      const run = new DemoRun(opened.value)
      this.#guests.add(run)
      this.#keepGuests([...this.#leftOpen(), ...this.#guestIds])
      await this.#surroundings.connect(run)
      return run
    } catch (error) {
      this.#surroundings.say({
        tone: 'danger',
        title: 'The recording could not be opened.',
        text: `${words(error)} What is compared is kept.`,
      })
      return undefined
    } finally {
      this.#opening -= 1
    }
  }

  get #guestIds(): ReadonlySet<string> {
    return new Set([...this.#guests].map(({ id }) => id))
  }

  /** Opened by this window before it was loaded anew; those of other windows are none of its business. */
  #leftOpen(): readonly string[] {
    const kept = readOfWindow(KEPT)
    const ids = Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : []
    const held = this.#guestIds
    return ids.filter((id) => !held.has(id))
  }

  #keepGuests(ids: readonly string[]): void {
    keepOfWindow(KEPT, [...new Set(ids)])
  }

  /** Where this window has left recordings open when it was loaded anew. */
  async #makeRoom(): Promise<void> {
    const open = await this.#host.guests()
    if (open.length < MOST_GUESTS) return
    for (const id of this.#leftOpen()) await this.#host.closeGuest(id)
    this.#keepGuests([...this.#guestIds])
  }

  /** Undefined: there is nothing to compare in it, which was said. */
  async #measure(run: DemoRun): Promise<readonly MeasuredSection[] | undefined> {
    const known = this.#sections.get(run)
    if (known) return known
    this.#opening += 1
    try {
      await overOf(run)
      // It was closed while it was being read: by whoever closed it, that is known.
      if (!run.isOver) return undefined
      const { client, status } = run
      const ended = (await client?.ask('sections', {})) ?? []
      // One that was cut short in its first section is compared as a whole.
      const tables = ended.length === 0 ? await client?.ask('tables', {}) : undefined
      const whole = tables && tables.lanes.length > 0 ? [wholeAsSection(tables, status.newest)] : []
      const sections = ended.length > 0 ? ended : whole
      if (sections.length === 0) {
        const { failure } = status
        this.#surroundings.say({
          tone: 'danger',
          title: failure?.headline ?? 'There is nothing in it to compare.',
          text: failure ? `${failure.kept} ${failure.remedy}` : 'Choose another one.',
        })
        return undefined
      }
      this.#sections.set(run, sections)
      return sections
    } catch (error) {
      this.#surroundings.say({
        tone: 'danger',
        title: 'It could not be compared.',
        text: `${words(error)} What is compared is kept.`,
      })
      return undefined
    } finally {
      this.#opening -= 1
    }
  }

  /** Closes it where it was opened for the comparison and nothing of it is compared any more. */
  #letGo(run: DemoRun): void {
    if (this.#members.some((member) => member.run === run)) return
    this.#sections.delete(run)
    if (!this.#guests.delete(run)) return
    run.dispose()
    // The host may have given another connection to the same one.
    if (this.#guestIds.has(run.id)) return
    this.#keepGuests([...this.#leftOpen().filter((id) => id !== run.id), ...this.#guestIds])
    // One that the host does not have any more is closed.
    void this.#host.closeGuest(run.id).catch(() => undefined)
  }
}

/** A recording that is still being read is waited for, as long as it is not closed. */
async function overOf(run: DemoRun): Promise<void> {
  if (run.isOver) return
  const watching = new Disposables()
  await new Promise<void>((resolve) => {
    watching.add(run.onOver.on(() => resolve()))
    watching.add(run.onDisposed.on(() => resolve()))
  })
  watching.dispose()
}

/** The repeat whose time is nearest to the median. */
function typicalOf(sections: readonly MeasuredSection[]): number {
  const middle = median(sections.map(({ elapsed }) => elapsed)) ?? 0
  const nearest = sections.toSorted(
    (one, other) => Math.abs(one.elapsed - middle) - Math.abs(other.elapsed - middle),
  )
  return nearest[0]?.repeat ?? 1
}
