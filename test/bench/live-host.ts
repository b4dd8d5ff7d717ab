/**
 * A run at a chosen pace, served to a browser as the web host serves one: a process of its own,
 * forked by live.bench.ts, so that its memory and its processor time are the runner's alone.
 * Arguments: events a second, lanes, seconds, the built page's folder, the recording's path.
 */
import { disposable } from '../../main/core/disposables.ts'
import { Emitter } from '../../main/core/emitter.ts'
import { nanoseconds } from '../../main/core/units.ts'
import { demos } from '../../main/demos/index.ts'
import { Connections } from '../../main/run/connections.ts'
import type { Environment, RunStatus } from '../../main/run/contract.ts'
import type { RelayedPort, RunService } from '../../main/run/service.ts'
import { ThreadHost } from '../../main/run/thread-host.ts'
import { RecordingWriter } from '../../main/trace/node/recording-writer.ts'
import { TraceSession } from '../../main/trace/session.ts'
import { openWebServer } from '../../main/web/server.ts'

const [rate = '0', lanes = '8', seconds = '1', page = '', path = ''] = process.argv.slice(2)
const RUN = 'paced'
const TICK_MS = 8
const STATUS_MS = 100
const now = process.hrtime.bigint
const entries = new URL('.', import.meta.url)

const environment: Environment = {
  platform: process.platform,
  node: process.versions.node,
  processors: 0,
  startedAt: new Date().toISOString(),
}

const created = await RecordingWriter.create(path, { environment })
if (!created.ok) throw created.failure
const recording = created.value
const session = new TraceSession({ now, sink: recording, segments: recording })
const connections = new Connections((name, query) => {
  if (name === 'summary') throw new Error('this run has no summary')
  return session.answer(name, query)
})
session.onTracks.on((tracks) => connections.setTracks(tracks))
const host = new ThreadHost({
  workerEntry: new URL('worker.mjs', entries),
  processNumber: 0,
  onSource: ({ id, ring }) => session.addRing({ id, ring, pid: process.pid }),
})

let over = false
const statusNow = (): RunStatus => ({
  ...session.status(),
  state: over ? 'finished' : 'running',
  request: {
    demo: 'lock-contention',
    variant: 'lock-each',
    parameters: {},
    repeats: 1,
    baseline: false,
  },
  done: 0,
  total: 0,
  unit: '',
  section: 1,
  sections: 1,
  elapsed: nanoseconds(session.status().newest),
  recording: { path, bytes: recording.bytes },
})

let connected = 0
const service: RunService = {
  catalogue: () => ({
    demos: demos.map(({ manifest }) => manifest),
    scripts: 'typed',
    environment,
  }),
  runs: () => [{ id: RUN, status: statusNow() }],
  start: () => Promise.reject(new Error('it runs already')),
  open: () => Promise.reject(new Error('it runs already')),
  openCopy: () => Promise.reject(new Error('it runs already')),
  interpreters: () => Promise.resolve([]),
  addInterpreter: () => Promise.reject(new Error('not asked for')),
  ownDemos: () => Promise.resolve({ folder: '', demos: [], broken: [] }),
  useOwnDemos: () => Promise.reject(new Error('not asked for')),
  forgetOwnDemos: () => Promise.resolve(),
  examineScript: () => Promise.reject(new Error('not asked for')),
  recordings: () => Promise.resolve([]),
  guests: () => [],
  openGuest: () => Promise.reject(new Error('it runs already')),
  closeGuest: () => Promise.resolve(),
  stop: () => Promise.resolve(),
  over: () => Promise.reject(new Error('not asked for')),
  summary: () => Promise.resolve(undefined),
  attach: () => attach(),
  attachPort: () => false,
  onStatus: () => disposable(() => undefined),
  dispose: () => Promise.resolve(),
}

function attach(): RelayedPort {
  const connection = ++connected
  const messages = new Emitter<Uint8Array>()
  const closed = new Emitter<void>()
  // The window listens only once it has its port.
  setImmediate(() =>
    connections.attachRelayed(connection, {
      post: (message) => {
        if (message.type === 'data') messages.emit(message.bytes)
      },
      onMessage: () => disposable(() => undefined),
      onClose: () => disposable(() => undefined),
    }),
  )
  return {
    send: (bytes) => connections.receive(connection, bytes),
    onMessage: (listener) => messages.on(listener),
    onClose: (listener) => closed.on(listener),
    ...disposable(() => connections.detach(connection)),
  }
}

const server = await openWebServer({ service, page, port: 0 })
await host.prewarm(1 + Number(lanes))
const timers = [
  setInterval(() => session.tick(), TICK_MS),
  setInterval(() => connections.setStatus(statusNow()), STATUS_MS),
  setInterval(
    () =>
      process.send?.({
        type: 'sample',
        resident: process.memoryUsage.rss(),
        events: session.status().events,
        dropped: session.status().dropped,
        bytes: recording.bytes,
      }),
    1_000,
  ),
]
process.on('message', () => void run())
process.send?.({ type: 'ready', address: server.address })

async function run(): Promise<void> {
  await host.run({
    target: { module: new URL('paced.mjs', entries).href, name: 'pacedLanes' },
    args: [Number(lanes), Number(rate), Number(seconds)],
  })
  over = true
  await host.dispose()
  session.finish()
  for (const timer of timers) clearInterval(timer)
  const { events, dropped, late, newest } = session.status()
  await recording.end({ events, dropped, late, newest, summary: null }, session.snapshot())
  await recording.dispose()
  process.send?.({ type: 'over', events, dropped, late, bytes: recording.bytes })
  await server.close()
  process.disconnect()
}
