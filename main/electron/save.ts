import { basename, extname, join } from 'node:path'
import { app, dialog, type BrowserWindow } from 'electron'
import { replaceFile } from '../run/replace-file.ts'
import type { ExportedFile, SaveOutcome } from '../../renderer/hosts/host.ts'

/** Asks where to, then writes. The path comes from the dialog alone; of `name` only a file name is used. */
export async function saveFile(window: BrowserWindow, file: ExportedFile): Promise<SaveOutcome> {
  const name = basename(file.name)
  const extension = extname(name).slice(1)
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: join(app.getPath('documents'), name),
    filters: extension === '' ? [] : [{ name: extension.toUpperCase(), extensions: [extension] }],
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  })
  if (canceled || filePath === '') return { outcome: 'cancelled' }
  try {
    await replaceFile(filePath, file.bytes)
    return { outcome: 'saved', where: filePath }
  } catch (error) {
    return { outcome: 'failed', message: `${filePath} was not written: ${reasonOf(error)}.` }
  }
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) throw error
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
