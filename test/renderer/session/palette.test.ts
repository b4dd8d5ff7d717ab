import { describe, expect, test } from 'vitest'
import type { Command } from '../../../renderer/session/keymap.ts'
import { matching, moved, opensPalette, paletteEntries } from '../../../renderer/session/palette.ts'

const pressed: string[] = []
const command = (id: string, label: string, keys: readonly string[], possible = true): Command => ({
  id,
  group: 'Timeline',
  label,
  keys,
  when: () => possible,
  run: (key) => pressed.push(`${id} ${key}`),
})

const entries = (...commands: readonly Command[]) =>
  paletteEntries(commands, [{ id: 'gil', title: 'GIL countdown' }], (demo) => pressed.push(demo))

describe('the command palette', () => {
  test('does with each entry what its own key does', () => {
    pressed.length = 0
    for (const { run } of entries(command('zoom', 'Zoom in, zoom out', ['w', 's']))) run()
    expect(pressed).toEqual(['zoom w', 'zoom s', 'gil'])
  })

  test('says in full what each of two keys does', () => {
    const labels = entries(command('contention', 'Previous, next contention', ['[', ']'])).map(
      ({ label }) => label,
    )
    expect(labels).toEqual(['Previous contention', 'Next contention', 'Open GIL countdown'])
  })

  test('does not take a comma in a sentence for two things to do', () => {
    const [first] = entries(command('pause', 'Pause the view, return to live', [' ']))
    expect(first).toMatchObject({ label: 'Pause the view, return to live', key: 'Space' })
  })

  test('offers nothing that cannot be done now', () => {
    expect(entries(command('stop', 'Stop the run', ['Escape'], false))).toHaveLength(1)
  })

  test('no two entries share an id, or one of them could never be chosen', () => {
    const ids = entries(
      command('zoom', 'Zoom in, zoom out', ['w', 's']),
      command('fit', 'Fit the whole run', ['0']),
    ).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('finding', () => {
  const all = entries(
    command('zoom', 'Zoom in, zoom out', ['w', 's']),
    command('fit', 'Fit the whole run', ['0']),
  )
  const found = (query: string) => matching(all, query).map(({ label }) => label)

  test('words may stand in any order and case, and in the group', () => {
    expect(found('OUT zoom')).toEqual(['Zoom out'])
    expect(found('demos gil')).toEqual(['Open GIL countdown'])
    expect(found('  ')).toHaveLength(all.length)
    expect(found('zoom gil')).toEqual([])
  })

  test('the choice goes round at both ends and stays within what was found', () => {
    expect(moved('ArrowDown', 2, 3)).toBe(0)
    expect(moved('ArrowUp', 0, 3)).toBe(2)
    expect(moved('ArrowDown', 0, 0)).toBeUndefined()
    expect(moved('x', 0, 3)).toBeUndefined()
  })
})

describe('the keys that open it', () => {
  const press = { key: 'P', ctrlKey: false, metaKey: false, shiftKey: true }
  test.each([
    [{ ctrlKey: true }, true],
    [{ metaKey: true }, true],
    [{}, false],
    [{ ctrlKey: true, shiftKey: false }, false],
    [{ ctrlKey: true, key: 'O' }, false],
  ])('%o', (changes, opens) => {
    expect(opensPalette({ ...press, ...changes })).toBe(opens)
  })
})
