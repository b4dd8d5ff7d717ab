/** The shell as it ships, with the real run service, over a runner that a test can steer (runner.ts). */
import { join } from 'node:path'
import { startApplication } from '../../../main/electron/application.ts'
import { describeEnvironment } from '../../../main/run/environment.ts'
import { createRunService } from '../../../main/run/run-service.ts'

const main = import.meta.dirname
startApplication({
  page: join(main, '../renderer'),
  preload: join(main, '../preload/index.cjs'),
  entries: { runner: join(main, 'runner.mjs'), child: join(main, 'child.mjs') },
  createService: (launcher) =>
    createRunService({
      launcher,
      recordings: join(main, 'recordings'),
      data: join(main, 'data'),
      scripts: 'dialog',
      environment: describeEnvironment(),
    }),
})
