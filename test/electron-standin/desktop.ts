/** dialog, shell, Menu, nativeTheme: what a test scripts, drives or reads back. */
import { EventEmitter } from 'node:events'
import { observations, state } from './state.ts'

/** Options come last: a window may stand before them. */
const shown = (kind: string, given: readonly unknown[]): void =>
  void observations.dialogs.push({ kind, options: given.at(-1) })

const unscripted =
  (kind: string) =>
  (...given: readonly unknown[]): Promise<unknown> => {
    shown(kind, given)
    return Promise.reject(new Error(`dialog.${kind} was shown, and the test scripted no answer`))
  }

/** A test replaces the functions, or calls `answerDialog`. */
export const dialog = {
  showSaveDialog: unscripted('showSaveDialog'),
  showOpenDialog: unscripted('showOpenDialog'),
  showMessageBox: unscripted('showMessageBox'),
  showErrorBox(title: string, content: string): void {
    observations.faults.push(`error box: ${title}: ${content}`)
  },
}

/** The answer that a dialog gives from now on. */
export function answerDialog(
  kind: 'showSaveDialog' | 'showOpenDialog' | 'showMessageBox',
  answer: unknown,
): void {
  dialog[kind] = (...given) => {
    shown(kind, given)
    return Promise.resolve(answer)
  }
}

export const shell = {
  openExternal(url: string): Promise<void> {
    observations.opened.push(new URL(url).href)
    return Promise.resolve()
  },
  showItemInFolder(): void {},
}

interface MenuItemOptions {
  readonly id?: string
  readonly type?: string
  readonly submenu?: Menu | readonly MenuItemOptions[]
  readonly click?: () => void
  readonly [other: string]: unknown
}

export class MenuItem {
  readonly submenu: Menu | undefined
  readonly id: string | undefined
  readonly click: () => void

  constructor({ submenu, click, ...options }: MenuItemOptions) {
    this.submenu =
      submenu === undefined || submenu instanceof Menu ? submenu : Menu.buildFromTemplate(submenu)
    this.id = options.id
    this.click = () => click?.()
    Object.assign(this, { type: this.submenu === undefined ? 'normal' : 'submenu' }, options)
  }
}

export class Menu {
  static #application: Menu | null = null
  readonly items: MenuItem[]

  constructor(items: MenuItem[] = []) {
    this.items = items
  }
  static buildFromTemplate(template: readonly MenuItemOptions[]): Menu {
    if (!Array.isArray(template)) {
      throw new TypeError('Invalid template for Menu: Menu template must be an array')
    }
    return new Menu(template.map((options: MenuItemOptions) => new MenuItem(options)))
  }
  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu
  }
  static getApplicationMenu(): Menu | null {
    return Menu.#application
  }
  /** In this menu and all below it. */
  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id)
      if (found) return found
    }
    return null
  }
}

const THEMES = ['system', 'light', 'dark']

class NativeTheme extends EventEmitter {
  #source = 'system'
  get themeSource(): string {
    return this.#source
  }
  set themeSource(source: string) {
    if (!THEMES.includes(source)) {
      throw new TypeError(`Error processing argument at index 0, conversion failure from ${source}`)
    }
    this.#source = source
    const value = source === 'system' ? '' : source
    const features = [{ name: 'prefers-color-scheme', value }]
    for (const { webContents } of state.windows) {
      void webContents.attached.then(() =>
        webContents.session.send('Emulation.setEmulatedMedia', { features }),
      )
    }
    this.emit('updated')
  }
  get shouldUseDarkColors(): boolean {
    return this.#source === 'dark'
  }
}
export const nativeTheme = new NativeTheme()
