import { describe, expect, it } from 'vitest'
import { makeCommands, type WindowKeys } from '../../../renderer/session/commands.ts'
import { commandFor, keyName } from '../../../renderer/session/keymap.ts'
import { paletteEntries, timeEntry } from '../../../renderer/session/palette.ts'
import { parseTime } from '../../../renderer/session/time-text.ts'
import { TimelineState } from '../../../renderer/timeline/timeline-state.svelte.ts'

const nothing = () => undefined
const opened: string[] = []
const keys: WindowKeys = {
  hasTimeline: () => true,
  hasTabs: () => true,
  canRun: () => true,
  canStop: () => true,
  run: nothing,
  stop: nothing,
  openRecording: nothing,
  openScript: nothing,
  compare: nothing,
  canCompare: () => true,
  alignHere: nothing,
  canAlign: () => true,
  search: nothing,
  keys: nothing,
  glossary: nothing,
  palette: (query) => opened.push(query),
  controlKey: 'Ctrl',
  show: nothing,
  toggleTheme: nothing,
}
const timeline = new TimelineState()
const commands = makeCommands(keys, timeline)

describe('the keys of the window', () => {
  it('mean one thing each, but for Escape, which lets go of what is selected before it stops a run', () => {
    const all = commands.flatMap(({ id, keys: own }) => own.map((key) => [key, id] as const))
    const twice = all.filter(([key], index) => all.findIndex(([other]) => other === key) !== index)
    expect(twice.map(([key]) => key)).toEqual(['Escape'])
    const escape = () =>
      commandFor(commands, {
        ...{ key: 'Escape', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
        ...{ defaultPrevented: false, isComposing: false, target: null },
        getModifierState: () => false,
      })?.id
    expect(escape()).toBe('stop')
    timeline.find.open()
    expect(escape()).toBe('clear')
    timeline.find.close()
  })

  it('have names of their own, and everything is in the palette under words of its own', () => {
    expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length)
    const labels = paletteEntries(commands, [], nothing).map(({ label }) => label)
    expect(new Set(labels).size).toBe(labels.length)
    for (const label of labels) expect(label).toMatch(/^[A-Z]/)
  })

  it('are written as they are pressed', () => {
    expect(keyName('Shift+ArrowRight')).toBe('Shift + →')
    expect(keyName('Mod+f')).toMatch(/^(Ctrl|Cmd) \+ F$/)
    expect(keyName('Mod+Shift+o')).toMatch(/^(Ctrl|Cmd) \+ Shift \+ O$/)
    expect(keyName(' ')).toBe('Space')
  })
})

describe('a time to go to', () => {
  it.each([
    ['1.25 s', 1.25e9],
    ['1,25s', 1.25e9],
    ['300ms', 3e8],
    ['7 µs', 7e3],
    ['40 ns', 40],
    ['2 min', 120e9],
    ['.5', 5e8],
    ['s', undefined],
    ['1.2.3', undefined],
    ['12 parsecs', undefined],
    ['', undefined],
  ])('%j', (text, time) => {
    expect(parseTime(text)).toBe(time)
  })

  it('is found with or without words before it, and not in the name of a demo', () => {
    const gone: number[] = []
    for (const query of ['go to 1.25 s', '1.25 s', 'Go 1.25', '@1250 ms', 'to 1.25s'])
      timeEntry(query, (time) => gone.push(time))?.run()
    expect(gone).toEqual([1.25e9, 1.25e9, 1.25e9, 1.25e9, 1.25e9])
    expect(timeEntry('open lock', nothing)).toBeUndefined()
    expect(timeEntry('go to ', nothing)).toBeUndefined()
  })

  it('is asked for by a key that opens the palette with words in it', () => {
    commands.find(({ id }) => id === 'go-to-time')?.run('g')
    expect(opened).toEqual(['go to '])
  })
})
