/** The entry that Electron starts, built as out/main/index.mjs: joins the shell to what was built beside it. */
import { join } from 'node:path'
import { dataFolder } from '../run/data-folder.ts'
import { recordingsFolder } from '../run/recordings.ts'
import { createRunService } from '../run/run-service.ts'
import { startApplication } from './application.ts'
import { describeEnvironment } from '../run/environment.ts'

const main = import.meta.dirname
startApplication({
  page: join(main, '../renderer'),
  preload: join(main, '../preload/index.cjs'),
  entries: {
    runner: join(main, 'runner.mjs'),
    child: join(main, 'child.mjs'),
    loader: join(main, 'loader.mjs'),
  },
  createService: (launcher) =>
    createRunService({
      launcher,
      recordings: recordingsFolder(),
      data: dataFolder(),
      scripts: 'dialog',
      environment: describeEnvironment(),
    }),
})
