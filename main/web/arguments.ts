import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'

export interface WebArguments {
  readonly port: number
  readonly openBrowser: boolean
}

const usage = (message: string): Result<never, Refusal> =>
  failure(refusal('usage', message, 'Options: --port N (0 to 65535; 0: any free one), --no-open.'))

/** @param text A number from 0 to 65535. */
export function parsePort(text: string | undefined): Result<number, Refusal> {
  const port = Number(text)
  if (text === undefined || !/^\d{1,5}$/.test(text) || port > 65_535)
    return usage(`Port '${text ?? ''}' is not a number from 0 to 65535.`)
  return success(port)
}

/** The options of out/main/web.mjs. */
export function parseWebArguments(args: readonly string[]): Result<WebArguments, Refusal> {
  let port = 0
  let openBrowser = true
  for (let at = 0; at < args.length; at++) {
    const [name = '', ...value] = (args[at] ?? '').split('=')
    if (name === '--no-open' && value.length === 0) openBrowser = false
    else if (name === '--port') {
      const parsed = parsePort(value.length > 0 ? value.join('=') : args[++at])
      if (!parsed.ok) return parsed
      port = parsed.value
    } else return usage(`Unknown option '${args[at] ?? ''}'.`)
  }
  return success({ port, openBrowser })
}
