/** A tree like /proc in a folder of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface FakeThread {
  readonly syscall?: string
  readonly state?: string
  /** Nanoseconds of processor time; absent: the kernel does not keep it. */
  readonly processorTime?: number
  readonly ticks?: number
}

export class FakeProc {
  readonly root = mkdtempSync(join(tmpdir(), 'proc-'))

  process(pid: number, { state = 'S', started = 1_000 } = {}): void {
    mkdirSync(join(this.root, String(pid), 'task'), { recursive: true })
    this.write(`${pid}/stat`, statLine(pid, state, 0, started))
  }

  thread(pid: number, id: number, thread: FakeThread): void {
    const folder = `${pid}/task/${id}`
    const { syscall, state, processorTime, ticks = 0 } = thread
    if (syscall !== undefined) this.write(`${folder}/syscall`, syscall)
    if (state !== undefined) this.write(`${folder}/stat`, statLine(id, state, ticks, 1_000))
    if (processorTime !== undefined) this.write(`${folder}/schedstat`, `${processorTime} 0 1\n`)
  }

  /** Writes the GIL at this address of its memory. */
  gil(pid: number, address: number, words: GilState): void {
    const memory = Buffer.alloc(address + 32)
    memory.writeBigUInt64LE(BigInt(words.interval ?? 5_000), address)
    memory.writeBigUInt64LE(words.holder, address + 8)
    memory.writeInt32LE(words.locked ?? 1, address + 16)
    memory.writeBigUInt64LE(words.switches, address + 24)
    this.write(`${pid}/mem`, memory)
  }

  write(name: string, content: string | Uint8Array): void {
    const path = join(this.root, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }

  remove(name: string): void {
    rmSync(join(this.root, name), { recursive: true, force: true })
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

export interface GilState {
  readonly holder: bigint
  readonly switches: bigint
  readonly locked?: number
  readonly interval?: number
}

const statLine = (id: number, state: string, ticks: number, started: number): string =>
  `${id} (a) R (b) ${state} 1 1 1 0 -1 0 0 0 0 0 ${ticks} 0 0 0 20 0 4 0 ${started} 0 0\n`
