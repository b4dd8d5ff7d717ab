import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Emitter } from '../../../main/core/emitter.ts'
import type { FromRun, ToRun } from '../../../main/run/contract.ts'
import { decodeToRun, encodeMessage } from '../../../main/run/wire.ts'
import type { RunPort } from '../../../renderer/hosts/host.ts'
import { NoAnswer } from '../../../renderer/session/pending.ts'
import { RunClient } from '../../../renderer/session/run-client.svelte.ts'

class TestPort implements RunPort {
  readonly asked: ToRun[] = []
  readonly messages = new Emitter<Uint8Array>()
  readonly closed = new Emitter<void>()
  isDisposed = false

  send(message: Uint8Array): void {
    this.asked.push(decodeToRun(message))
  }
  onMessage(listener: (message: Uint8Array) => void) {
    return this.messages.on(listener)
  }
  onClose(listener: () => void) {
    return this.closed.on(listener)
  }
  dispose(): void {
    this.isDisposed = true
  }
  tell(message: FromRun): void {
    this.messages.emit(encodeMessage(message))
  }
}

const reasonOf = (question: Promise<unknown>) =>
  question.then(
    () => 'answered',
    (error: unknown) => (error instanceof NoAnswer ? error.reason : String(error)),
  )

describe('questions to a run', () => {
  let port: TestPort
  let client: RunClient
  beforeEach(() => {
    vi.useFakeTimers()
    port = new TestPort()
    client = new RunClient(port)
  })
  afterEach(() => {
    client.dispose()
    expect(vi.getTimerCount(), 'a timer outlives its question').toBe(0)
    vi.useRealTimers()
  })

  it('answers that come in another order reach the right question', async () => {
    const first = client.ask('output', { after: 0 })
    const second = client.ask('output', { after: 7 })
    const [one, two] = port.asked.map(({ id }) => id)
    port.tell({ type: 'answer', id: two!, answer: { lines: [], total: 7 } })
    port.tell({ type: 'answer', id: one!, answer: { lines: [], total: 1 } })
    expect((await first).total).toBe(1)
    expect((await second).total).toBe(7)
  })

  it('a question without an answer times out, and a late answer harms nothing', async () => {
    const reason = reasonOf(client.ask('tables', {}, 500))
    await vi.advanceTimersByTimeAsync(500)
    expect(await reason).toBe('timed out')
    port.tell({ type: 'answer', id: port.asked[0]!.id, answer: null })
    const next = client.ask('summary', {})
    port.tell({ type: 'answer', id: port.asked[1]!.id, answer: null })
    expect(await next).toBeNull()
  })

  it('a refusal rejects only its own question', async () => {
    const refused = reasonOf(client.ask('distribution', { track: 99 }))
    const other = client.ask('summary', {})
    port.tell({ type: 'refused', id: port.asked[0]!.id, message: 'There is no row 99.' })
    port.tell({ type: 'answer', id: port.asked[1]!.id, answer: null })
    expect(await refused).toBe('refused')
    expect(await other).toBeNull()
  })

  it('everything that waits is rejected when the connection goes, and nothing is sent after', async () => {
    const lost = vi.fn()
    client.onLost.on(lost)
    const waiting = [reasonOf(client.ask('tables', {})), reasonOf(client.ask('summary', {}))]
    port.closed.emit()
    expect(await Promise.all(waiting)).toEqual(['closed', 'closed'])
    expect(await reasonOf(client.ask('tables', {}))).toBe('closed')
    expect(port.asked).toHaveLength(2)
    expect(client.isOpen).toBe(false)
    expect(lost).toHaveBeenCalledTimes(1)
  })

  it('closing it oneself is no loss, and lets go of the port', () => {
    const lost = vi.fn()
    client.onLost.on(lost)
    client.dispose()
    port.closed.emit()
    expect(lost).not.toHaveBeenCalled()
    expect(port.isDisposed).toBe(true)
  })

  it('keeps the newest rows', () => {
    port.tell({ type: 'tracks', tracks: [] })
    expect(client.tracks).toEqual([])
  })
})
