import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { HostCommand } from '../../renderer/hosts/host.ts'

/**
 * Puts the native menu up. Every accelerator has a modifier or is a function key: single keys belong to
 * the page, which tells typing in a field from a command.
 */
export function installMenu(send: (command: HostCommand) => void): void {
  const command = (
    label: string,
    id: HostCommand,
    accelerator: string,
  ): MenuItemConstructorOptions => ({ id, label, accelerator, click: () => send(id) })
  const separator: MenuItemConstructorOptions = { type: 'separator' }

  const appMenu: MenuItemConstructorOptions[] =
    process.platform === 'darwin' ? [{ role: 'appMenu' }] : []
  const menu = Menu.buildFromTemplate([
    ...appMenu,
    {
      label: 'File',
      submenu: [
        command('Open Recording…', 'open', 'CommandOrControl+O'),
        command('Open Python Script…', 'open-script', 'CommandOrControl+Shift+O'),
        separator,
        command('Export…', 'export', 'CommandOrControl+E'),
        separator,
        process.platform === 'darwin' ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: 'Run',
      submenu: [
        command('Run', 'run', 'CommandOrControl+Enter'),
        command('Stop', 'stop', 'CommandOrControl+.'),
        separator,
        command('Search Demos', 'search', 'CommandOrControl+F'),
      ],
    },
    {
      label: 'View',
      submenu: [
        command('Toggle Theme', 'toggle-theme', 'CommandOrControl+Shift+L'),
        separator,
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'resetZoom' },
        separator,
        { role: 'togglefullscreen' },
        { role: 'reload' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'help', submenu: [command('Keyboard Shortcuts', 'keys', 'CommandOrControl+/')] },
  ])
  Menu.setApplicationMenu(menu)
}
