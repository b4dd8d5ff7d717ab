/**
 * Every key of the window, once: the table that handles them is the table that KeyboardHelp lists.
 * Keys are `KeyboardEvent.key` values; letters are matched without regard to case. `Shift+` stands
 * before keys that are no characters, `Mod+` (Ctrl, or Cmd on a Mac) before those that editors use,
 * `Alt+` before arrows.
 */
export interface Command {
  readonly id: string
  readonly group: 'Window' | 'Run' | 'Rows' | 'Timeline' | 'Marks'
  readonly label: string
  readonly keys: readonly string[]
  /** What is shown in their place, where they are many. */
  readonly names?: readonly string[]
  /** Absent: always. A key whose command cannot run now is left to the browser. */
  readonly when?: () => boolean
  readonly run: (key: string) => void
}

const NAMES: Readonly<Record<string, string>> = {
  ' ': 'Space',
  Escape: 'Esc',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
}

/** What the key is called here that goes with editors' shortcuts. */
export const CONTROL_KEY =
  typeof navigator !== 'undefined' && navigator.platform.startsWith('Mac') ? 'Cmd' : 'Ctrl'

/** What the keys of a command are called on screen: `Shift + →`. */
export const keyName = (key: string): string => {
  const [, modifiers = '', plain = key] = /^((?:(?:Shift|Mod|Alt)\+)*)(.+)$/.exec(key) ?? []
  const name = NAMES[plain] ?? (plain.length === 1 ? plain.toUpperCase() : plain)
  return [...modifiers.split('+').slice(0, -1), name]
    .map((each) => (each === 'Mod' ? CONTROL_KEY : each))
    .join(' + ')
}

/** The parts of a KeyboardEvent that are looked at. */
export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  readonly defaultPrevented: boolean
  readonly isComposing: boolean
  readonly target: unknown
  getModifierState(name: string): boolean
}

/** The command that a key press means, or undefined where it belongs to something else. */
export function commandFor(commands: readonly Command[], press: KeyPress): Command | undefined {
  if (press.defaultPrevented || press.isComposing) return undefined
  // `[` needs AltGr on many keyboards, which Windows reports as Ctrl + Alt.
  const altGraph = press.getModifierState('AltGraph')
  const hasModifier = !altGraph && (press.ctrlKey || press.metaKey || press.altKey)
  const key = keyOf(press)
  if (hasModifier && !/^(Mod|Alt)\+/.test(key)) return undefined
  // What editors use is everybody's; the rest belongs to where it is typed.
  if (!key.startsWith('Mod+') && belongsToTarget(press.key, describeTarget(press.target)))
    return undefined
  return commands.find(
    (command) => command.keys.includes(key) && (command.when === undefined || command.when()),
  )
}

/** As the table writes it: letters are small, and Shift is part of characters that need it. */
export function keyOf(
  press: Omit<KeyPress, 'defaultPrevented' | 'isComposing' | 'target'>,
): string {
  const isCharacter = press.key.length === 1
  const key = isCharacter ? press.key.toLowerCase() : press.key
  const isMod = (press.ctrlKey || press.metaKey) && !press.altKey
  if (isMod && !press.getModifierState('AltGraph'))
    return `Mod+${press.shiftKey ? 'Shift+' : ''}${key}`
  if (press.altKey && !press.ctrlKey && !press.metaKey && key.startsWith('Arrow'))
    return `Alt+${press.shiftKey ? 'Shift+' : ''}${key}`
  return press.shiftKey && !isCharacter ? `Shift+${key}` : key
}

interface Target {
  readonly tag: string
  readonly role: string
  readonly editable: boolean
}

function describeTarget(target: unknown): Target {
  if (typeof target !== 'object' || target === null) return { tag: '', role: '', editable: false }
  const element = target as Partial<HTMLElement>
  return {
    tag: element.tagName?.toLowerCase() ?? '',
    role: element.getAttribute?.('role') ?? '',
    editable: element.isContentEditable ?? false,
  }
}

const TYPING = new Set(['input', 'textarea', 'select'])
const TYPING_ROLES = new Set(['textbox', 'searchbox', 'combobox', 'listbox', 'option', 'menuitem'])
/** Parts that give arrow keys a meaning of their own. */
const ARROW_ROLES = new Set(['tab', 'separator', 'slider', 'tree', 'treeitem', 'radio'])
const PRESSABLE = new Set(['button', 'a', 'summary'])

function belongsToTarget(key: string, { tag, role, editable }: Target): boolean {
  if (editable || TYPING.has(tag) || TYPING_ROLES.has(role)) return true
  if (key.startsWith('Arrow')) return ARROW_ROLES.has(role)
  return (key === ' ' || key === 'Enter') && (PRESSABLE.has(tag) || role === 'button')
}
