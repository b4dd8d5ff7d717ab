/**
 * The web host as a command: serves until Ctrl-C (SIGINT), SIGTERM or a closed terminal (SIGHUP),
 * then ends every run. Exit codes: 0 after that, 1 when the port cannot be had or the recording that
 * was named cannot be opened.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { refusal, type Refusal } from '../core/result.ts'
import type { RunService } from '../run/service.ts'
import { openBrowser } from './open-browser.ts'
import { openWebServer, type WebServer } from './server.ts'

export interface ServeOptions {
  /** Disposed at the end, also when the server could not be opened. */
  readonly service: RunService
  /** Absolute folder of the built page. */
  readonly page: string
  /** 0: any free one. */
  readonly port: number
  readonly openBrowser: boolean
  /** A recording that the page shows from its beginning. */
  readonly recording?: string
}

/** Ending takes at most 2.5 s by contract; what hangs longer is left to the system. */
const END_WITHIN_MS = 8_000

/** Resolves with the exit code. */
export async function serve(options: ServeOptions): Promise<number> {
  const { service } = options
  const ending = new Promise<void>((resolve) => {
    // Repeated signals are the same wish: npm and the terminal both pass on a Ctrl-C.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve())
  })
  if (!existsSync(join(options.page, 'index.html'))) {
    await service.dispose()
    process.stderr.write(
      `The page is not built: there is no ${join(options.page, 'index.html')}. ` +
        'Build it with npm run build.\n',
    )
    return 1
  }
  const opened = options.recording === undefined || (await service.open(options.recording))
  if (opened !== true && !opened.ok) {
    await service.dispose()
    process.stderr.write(`${opened.failure.message} ${opened.failure.remedy}\n`)
    return 1
  }
  let server: WebServer
  try {
    server = await openWebServer(options)
  } catch (error) {
    await service.dispose()
    const { message, remedy } = whyNotOpened(error, options.port)
    process.stderr.write(`${message} ${remedy}\n`)
    return 1
  }
  process.stdout.write(`Interleave is at ${server.address}\nCtrl-C ends it.\n`)
  if (options.openBrowser) openBrowser(server.addressForOnce())

  await ending
  setTimeout(() => process.exit(1), END_WITHIN_MS).unref()
  await server.close()
  await service.dispose()
  return 0
}

/** @throws the error itself when it is none that a user can cause. */
function whyNotOpened(error: unknown, port: number): Refusal {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return refusal(
      'environment',
      `Port ${port} is in use.`,
      'Choose another with --port, or leave it out for a free one.',
    )
  if (code === 'EACCES')
    return refusal(
      'environment',
      `Port ${port} may not be used by you.`,
      'Choose one from 1024 on with --port, or leave it out for a free one.',
    )
  throw error
}
