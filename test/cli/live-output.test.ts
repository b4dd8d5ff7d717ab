/** What a program prints, followed until its end, also when whoever is asked has died. */
import { expect, test } from 'vitest'
import { LiveOutput } from '../../main/cli/live-output.ts'
import { disposable } from '../../main/core/disposables.ts'
import { Emitter } from '../../main/core/emitter.ts'

test('of a run whose process has died nothing more is waited for', async () => {
  const closed = new Emitter<void>()
  const output = new LiveOutput(
    {
      send: () => undefined,
      onMessage: () => disposable(() => undefined),
      onClose: (listener) => closed.on(listener),
      ...disposable(() => undefined),
    },
    () => undefined,
  )
  closed.emit()
  // Else the test takes longer than it may.
  await expect(output.finish()).resolves.toBeUndefined()
})
