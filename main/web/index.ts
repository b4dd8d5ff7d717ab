/** The web host's entry, built as out/main/web.mjs: joins it to what was built beside it. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeEnvironment } from '../run/environment.ts'
import { createForkLauncher } from '../run/fork-launcher.ts'
import { nodeFault } from '../run/node-version.ts'
import { dataFolder } from '../run/data-folder.ts'
import { recordingsFolder } from '../run/recordings.ts'
import { createRunService } from '../run/run-service.ts'
import { outliveReaders } from '../run/standard-streams.ts'
import { parseWebArguments } from './arguments.ts'
import { serve } from './serve.ts'

const main = fileURLToPath(new URL('.', import.meta.url))
outliveReaders()
const tooOld = nodeFault()
const parsed = parseWebArguments(process.argv.slice(2))
if (tooOld !== undefined) {
  process.stderr.write(`${tooOld}\n`)
  process.exitCode = 2
} else if (parsed.ok) {
  const service = createRunService({
    launcher: createForkLauncher({
      runner: join(main, 'runner.mjs'),
      child: join(main, 'child.mjs'),
      loader: join(main, 'loader.mjs'),
    }),
    recordings: recordingsFolder(),
    data: dataFolder(),
    environment: describeEnvironment(),
  })
  process.exitCode = await serve({ service, page: join(main, '../renderer'), ...parsed.value })
} else {
  process.stderr.write(`${parsed.failure.message} ${parsed.failure.remedy}\n`)
  process.exitCode = 2
}
