/** What `import … from 'electron'` gives in the main process. A name that is missing here is an import error: meant so. */
import { app } from './app.ts'
import { dialog, Menu, MenuItem, nativeTheme, shell } from './desktop.ts'
import { ipcMain } from './ipc.ts'
import { MessageChannelMain, MessagePortMain } from './ports.ts'
import { protocol } from './scheme.ts'
import { session } from './session.ts'
import { utilityProcess } from './utility.ts'
import { BrowserWindow } from './window.ts'

const electron = {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MenuItem,
  MessageChannelMain,
  MessagePortMain,
  nativeTheme,
  protocol,
  session,
  shell,
  utilityProcess,
}
export default electron
export {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MenuItem,
  MessageChannelMain,
  MessagePortMain,
  nativeTheme,
  protocol,
  session,
  shell,
  utilityProcess,
}
