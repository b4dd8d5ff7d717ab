/**
 * `npm start`: the desktop app where an Electron binary and a display can be had, else the web
 * host. Exit codes: the app's own; 0 after Ctrl-C; 1 when something failed; 2 for a wrong option.
 */
import './node-version.mjs'

const { spawn } = await import('node:child_process')
const { join } = await import('node:path')
const { describeOptions, parseArguments, parsePort, runCommand } = await import('./arguments.mjs')

const OPTIONS = {
  web: { type: 'boolean', help: 'open the web host even where the desktop app could start' },
  port: { type: 'string', value: 'N', help: 'port of the web host (default: any free one)' },
  'no-open': { type: 'boolean', help: 'print the address of the web host and open no browser' },
}

await runCommand(async () => {
  const values = parseArguments(process.argv.slice(2), OPTIONS, 'npm start')
  if (values.help) {
    process.stdout.write(`${describeOptions(OPTIONS, 'npm start')}\n`)
    return 0
  }
  if (values.port !== undefined) parsePort(values.port)

  const { root, setUp } = await import('./set-up.mjs')
  if (!setUp()) return 1

  const { obtainElectron } = await import('./find-electron.mjs')
  const found = values.web ? { why: undefined } : await obtainElectron()
  if ('binary' in found) return desktop(found.binary, root)
  if (found.why !== undefined)
    process.stderr.write(`The desktop app cannot start because ${found.why}: using the browser.\n`)
  return run(process.execPath, [join(root, 'out/main/web.mjs'), ...webArguments(values)])
})

function desktop(binary, root) {
  const args = [root]
  if (process.getuid?.() === 0) {
    process.stderr.write('Running as root: Electron’s sandbox is off (--no-sandbox).\n')
    args.push('--no-sandbox')
  }
  const env = { ...process.env }
  delete env.ELECTRON_RUN_AS_NODE
  return run(binary, args, env)
}

function webArguments(values) {
  const args = []
  if (values.port !== undefined) args.push('--port', values.port)
  if (values['no-open']) args.push('--no-open')
  return args
}

/** Runs it in the foreground; signals go through, and so does its exit code. */
function run(command, args, env = process.env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', env })
    const forward = (signal) => child.kill(signal)
    process.on('SIGINT', forward).on('SIGTERM', forward)
    child.on('error', (error) => {
      process.stderr.write(`${command} cannot be started: ${error.message}\n`)
      resolve(1)
    })
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
