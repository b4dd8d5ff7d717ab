/**
 * Entry of the sampler's thread. It never goes back to its event loop: it samples, says what has
 * changed, and sleeps until the next sample is due or somebody calls.
 */
import { receiveMessageOnPort, workerData } from 'node:worker_threads'
import { unreachable } from '../../core/result.ts'
import { Control, type FromSampler, type SamplerSetup, type ToSampler } from './messages.ts'
import { ProcFile } from './proc-file.ts'
import { parseSchedstat } from './proc-lines.ts'
import { monotonic, Sampling } from './sampling.ts'

/** Nanoseconds between two reports. */
const REPORT_PERIOD = 8e6
/** Nanoseconds over which its own processor time is looked at. */
const GOVERNED_PERIOD = 200e6

// Made by openSampler.
const { port, control: memory } = workerData as SamplerSetup
const control = new Int32Array(memory)
const sampling = new Sampling()
const ownTime = ProcFile.open('/proc/thread-self/schedstat')
const line = Buffer.alloc(128)

const processorTime = (): number | undefined =>
  ownTime.ok ? parseSchedstat(ownTime.value.text(line)) : undefined

function receive(): void {
  for (;;) {
    // Only openSampler has the other end.
    const received = receiveMessageOnPort(port) as { message: ToSampler } | undefined
    if (received === undefined) return
    const { message } = received
    switch (message.type) {
      case 'watch':
        sampling.watch(message.process)
        break
      case 'thread':
        sampling.watchThread(message.pid, message.thread, message.threadState)
        break
      case 'unwatch':
        sampling.unwatch(message.pid)
        break
      default:
        unreachable(message)
    }
  }
}

function report(): void {
  const reports: FromSampler = sampling.reports()
  if (reports.length === 0) return
  const buffers = reports.flatMap(({ holders, activities }) => [
    holders.times.buffer as ArrayBuffer,
    holders.threadStates.buffer as ArrayBuffer,
    holders.switches.buffer as ArrayBuffer,
    activities.times.buffer as ArrayBuffer,
    activities.threads.buffer as ArrayBuffer,
    activities.activities.buffer as ArrayBuffer,
  ])
  port.postMessage(reports, buffers)
}

function run(): void {
  let reported = monotonic()
  let governed = reported
  let used = processorTime() ?? 0
  while (Atomics.load(control, Control.stop) === 0) {
    const calls = Atomics.load(control, Control.calls)
    receive()
    const next = sampling.sampleDue()
    const now = monotonic()
    if (now - reported >= REPORT_PERIOD) {
      report()
      reported = now
    }
    if (now - governed >= GOVERNED_PERIOD) {
      const time = processorTime()
      if (time !== undefined)
        sampling.governor.adjust((time - used) / (now - governed), sampling.threads)
      used = time ?? 0
      governed = now
    }
    Atomics.wait(control, Control.calls, calls, Math.max(0, (next - monotonic()) / 1e6))
  }
}

try {
  run()
} finally {
  sampling.dispose()
  if (ownTime.ok) ownTime.value.dispose()
  port.close()
}
