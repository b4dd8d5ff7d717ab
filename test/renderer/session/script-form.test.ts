import { describe, expect, it, vi } from 'vitest'
import { refusal, success } from '../../../main/core/result.ts'
import { SCRIPT_DEMO } from '../../../main/run/contract.ts'
import { FakeHost, type FakeOptions } from '../../../renderer/hosts/fake.ts'
import { Session } from '../../../renderer/session/session.svelte.ts'

const PATH = '/home/ada/work/resize.py'

async function open(options: FakeOptions = {}) {
  const host = new FakeHost({ standAt: 1, ...options })
  const session = new Session(host)
  await session.open()
  await session.openScript()
  const started = vi.spyOn(host, 'start')
  return { host, session, script: session.script, started }
}

describe('a script of the user’s own', () => {
  it('is not run before its user has agreed, and then without being asked again', async () => {
    const { session, script, started } = await open()
    script.path = PATH
    await session.start()
    expect(started).not.toHaveBeenCalled()
    expect(script.isAsking).toBe(true)
    script.agree()
    await session.start()
    const request = started.mock.lastCall?.[0]
    expect(request).toMatchObject({
      demo: SCRIPT_DEMO,
      engine: { kind: 'cpython' },
      script: { path: PATH, folder: '/home/ada/work', arguments: [], input: '' },
    })
    expect(session.isScriptEdited).toBe(false)
    session.editScript()
    await session.start()
    expect(script.isAsking).toBe(false)
    expect(started).toHaveBeenCalledTimes(2)
  })

  it('that has changed since it was agreed to is asked about again', async () => {
    const { host, session, script, started } = await open()
    script.path = PATH
    await session.start()
    script.agree()
    const file = script.file
    if (!file) throw new Error('it was not looked at')
    vi.spyOn(host, 'chooseScript').mockResolvedValue(success({ ...file, sha256: 'f'.repeat(64) }))
    await session.start()
    expect(started).not.toHaveBeenCalled()
    expect(script.isAsking).toBe(true)
    script.decline()
    expect(script.isAsking).toBe(false)
  })

  it('says what is wrong at the field that is wrong, and starts nothing', async () => {
    const { session, script, started } = await open()
    await session.start()
    expect(script.complaint?.field).toBe('path')
    script.path = '/etc'
    await session.start()
    expect(script.complaint?.field).toBe('path')
    expect(script.complaint?.message).toContain('/etc')
    script.path = PATH
    expect(script.complaint).toBeUndefined()
    script.arguments = 'an "open quote'
    await session.start()
    expect(script.complaint?.field).toBe('arguments')
    script.arguments = ''
    script.folder = 'work'
    await session.start()
    expect(script.complaint?.field).toBe('folder')
    expect(started).not.toHaveBeenCalled()
    expect(session.canRun).toBe(true)
  })

  it('shows what the host refuses in its form', async () => {
    const { host, session, script } = await open()
    script.path = PATH
    await session.start()
    script.agree()
    vi.spyOn(host, 'start').mockResolvedValue({
      ok: false,
      failure: refusal('environment', `${PATH} is another file now.`, 'Look at it again.'),
    })
    await session.start()
    expect(script.complaint).toEqual({
      field: 'path',
      message: `${PATH} is another file now. Look at it again.`,
    })
    expect(session.isScriptEdited).toBe(true)
    expect(session.notice).toBeUndefined()
  })

  it('runs in its own folder until another is given, which outlives a look at the file', async () => {
    const { script } = await open()
    script.path = PATH
    await script.examine(PATH)
    expect(script.folder).toBe('/home/ada/work')
    script.folder = '/tmp'
    await script.examine(PATH)
    expect(script.folder).toBe('/tmp')
    script.folder = '/home/ada/work'
    script.path = '/home/ada/other/plot.py'
    await script.examine(script.path)
    expect(script.folder).toBe('/home/ada/other')
  })

  it('is shown as it will be run: quoted as it would be typed', async () => {
    const { script } = await open()
    script.path = '/home/ada/my work/plot.py'
    await script.examine(script.path)
    script.arguments = `--title "it's"   2`
    expect(script.command('/usr/bin/python3')).toEqual([
      `cd '/home/ada/my work'`,
      `/usr/bin/python3 '/home/ada/my work/plot.py' --title 'it'\\''s' 2`,
    ])
  })

  it('is asked for in a dialog where there is one, and cancelling leaves the form as it was', async () => {
    const { host, session, script } = await open({ scripts: 'dialog' })
    expect(script.path).toBe(PATH)
    vi.spyOn(host, 'chooseScript').mockResolvedValue(undefined)
    await session.openScript()
    expect(script.path).toBe(PATH)
    expect(script.complaint).toBeUndefined()
  })
})
