import { describe, expect, it } from 'vitest'
import { commandFor, type Command, type KeyPress } from '../../../renderer/session/keymap.ts'

const command = (id: string, keys: readonly string[], when?: () => boolean): Command => ({
  id,
  group: 'Run',
  label: id,
  keys,
  run: () => undefined,
  ...(when && { when }),
})
const commands = [
  command('run', ['r']),
  command('search', ['/']),
  command('pause', [' ']),
  command('pan', ['a', 'ArrowLeft']),
  command('previous', ['[']),
  command('help', ['?']),
  command('close', ['Escape'], () => false),
  command('stop', ['Escape'], () => true),
  command('find', ['Mod+f']),
  command('extend', ['Shift+ArrowLeft']),
]

const element = (tagName: string, role?: string, isContentEditable = false) => ({
  tagName: tagName.toUpperCase(),
  isContentEditable,
  getAttribute: (name: string) => (name === 'role' ? (role ?? null) : null),
})
const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  defaultPrevented: false,
  isComposing: false,
  target: element('div'),
  getModifierState: () => false,
  ...more,
})
const found = (...args: Parameters<typeof press>) => commandFor(commands, press(...args))?.id

describe('keys never steal what is typed', () => {
  const fields = [
    element('input'),
    element('textarea'),
    element('select'),
    element('div', 'textbox'),
    element('button', 'combobox'),
    element('div', 'option'),
    element('div', undefined, true),
  ]
  const plain = commands.flatMap(({ keys }) => keys).filter((key) => key.length === 1)
  it.each([...plain, 'ArrowLeft', 'Escape'])('%j stays in every kind of field', (key) => {
    for (const target of fields) expect(found(key, { target })).toBeUndefined()
  })

  it('leaves composed text (input methods) alone', () =>
    expect(found('r', { isComposing: true })).toBeUndefined())

  it('leaves what another part has handled alone', () =>
    expect(found('r', { defaultPrevented: true })).toBeUndefined())
})

describe('keys keep their meaning where a part has one', () => {
  it('Space presses the button that has the focus', () => {
    expect(found(' ', { target: element('button') })).toBeUndefined()
    expect(found(' ', { target: element('a') })).toBeUndefined()
    expect(found(' ', { target: element('div') })).toBe('pause')
  })

  it('arrows move between tabs, and pan elsewhere', () => {
    expect(found('ArrowLeft', { target: element('button', 'tab') })).toBeUndefined()
    expect(found('ArrowLeft', { target: element('div', 'separator') })).toBeUndefined()
    expect(found('ArrowLeft', { target: element('button') })).toBe('pan')
  })

  it('shortcuts of the browser and the system pass', () => {
    for (const modifier of ['ctrlKey', 'metaKey', 'altKey'] as const)
      expect(found('r', { [modifier]: true })).toBeUndefined()
  })

  it('AltGr is no shortcut: German keyboards type [ with it', () =>
    expect(
      found('[', { ctrlKey: true, altKey: true, getModifierState: (name) => name === 'AltGraph' }),
    ).toBe('previous'))
})

describe('which command', () => {
  it('capital letters count as letters', () => expect(found('R')).toBe('run'))
  it('the first command that can run now has the key', () => expect(found('Escape')).toBe('stop'))
  it('Shift makes another key of an arrow, and none of a character that needs it', () => {
    expect(found('ArrowLeft')).toBe('pan')
    expect(found('ArrowLeft', { shiftKey: true })).toBe('extend')
    expect(found('?', { shiftKey: true })).toBe('help')
    expect(found('R', { shiftKey: true })).toBe('run')
  })
  it('a shortcut with Ctrl or Cmd holds in fields too, and only without other modifiers', () => {
    const target = element('input')
    expect(found('f', { ctrlKey: true, target })).toBe('find')
    expect(found('f', { metaKey: true })).toBe('find')
    expect(found('f')).toBeUndefined()
    expect(found('f', { ctrlKey: true, shiftKey: true })).toBeUndefined()
    expect(found('f', { ctrlKey: true, altKey: true })).toBeUndefined()
  })
  it('unknown keys mean nothing', () => expect(found('q')).toBeUndefined())
})
