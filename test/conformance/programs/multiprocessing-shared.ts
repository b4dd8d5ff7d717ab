/** Value, Array and the objects of a manager: _TestValue to _TestContainers, TestSyncManagerTypes. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import {
  Array as SharedArray,
  ListProxy,
  Lock,
  Manager,
  Process,
  Queue,
  RawArray,
  RawValue,
  RLock,
  Value,
  type Barrier,
  type BoundedSemaphore,
  type Condition,
  type DictProxy,
  type Event,
  type JoinableQueue,
  type NamespaceProxy,
  type Semaphore,
  type SyncManager,
  type ValueProxy,
} from '../../../main/multiprocessing/index.ts'
import { runtime } from '../../../main/threading/runtime.ts'
import { begin, call, fails, get, joined, PATIENCE, put, runIn } from '../process-driver.ts'
import { runnerOf, Suite } from '../suite.ts'

const ctypes = new Suite(['locked', 'raw'])

const codes = [
  ['i', 4343, 24234],
  ['d', 3.625, -4.25],
  ['h', -232, 234],
  ['q', 2 ** 33, 2 ** 34],
  ['c', 'x', 'y'],
] as const

type AnyValue = ReturnType<typeof Value> | ReturnType<typeof RawValue>
type AnyArray = ReturnType<typeof SharedArray> | ReturnType<typeof RawArray>

export function changeValues(values: readonly AnyValue[]): void {
  for (const [at, [, , next]] of codes.entries()) {
    const value = values[at]
    if (value !== undefined) value.value = next
  }
}

/** An event loop waits for the lock; what is under it is shared memory there. */
const cellsOf = async (array: AnyArray): Promise<unknown[]> => {
  if (runtime.mayBlock || !('getObj' in array)) return [...array]
  return array.withLockAsync(() => [...array.getObj()])
}

const valueOf = (value: AnyValue) => (runtime.mayBlock ? value.value : value.getAsync())

ctypes.follows(
  ['_test_multiprocessing._TestValue.test_value', '_test_multiprocessing._TestValue.test_rawvalue'],
  'values of several types, changed by another process',
  async (variant) => {
    const make = variant === 'raw' ? RawValue : Value
    const values = codes.map(([code, first]) => make(code, first))
    for (const [at, [, first]] of codes.entries())
      equal(await valueOf(values[at] as AnyValue), first)
    await runIn(changeValues, values)
    for (const [at, [, , next]] of codes.entries())
      equal(await valueOf(values[at] as AnyValue), next)
  },
)

ctypes.follows(
  [
    '_test_multiprocessing._TestValue.test_getobj_getlock',
    '_test_multiprocessing._TestArray.test_getobj_getlock_obj',
  ],
  'the lock and the object under it',
  () => {
    const own = Value('i', 5)
    ok(own.getLock() instanceof RLock)
    equal(own.getObj().value, 5)
    const lock = new Lock()
    equal(Value('i', 5, { lock }).getLock(), lock)
    equal(SharedArray('i', [1], { lock }).getLock(), lock)
    for (const bare of [
      Value('i', 5, { lock: false }),
      RawValue('i', 5),
      SharedArray('i', 3, { lock: false }),
      RawArray('i', 3),
    ])
      deepEqual(['getLock' in bare, 'getObj' in bare], [false, false])
    const wrong = { lock: 'navalue' } as never
    throws(() => Value('i', 5, wrong), {
      name: 'AttributeError',
      message: /has no method 'acquire'/,
    })
    throws(() => SharedArray('i', [5], wrong), { name: 'AttributeError' })
    deepEqual([...SharedArray('i', [1, 2]).getObj()], [1, 2])
  },
  { variants: ['locked'], forms: ['blocking'] },
)

export function sumUp(array: AnyArray): void {
  for (let at = 1; at < array.length; at++)
    array.set(at, Number(array.get(at)) + Number(array.get(at - 1)))
}

ctypes.follows(
  [
    '_test_multiprocessing._TestArray.test_array',
    '_test_multiprocessing._TestArray.test_rawarray',
    '_test_multiprocessing._TestArray.test_array_from_size',
  ],
  'an array: cells, slices, from a size; changed by another process',
  async (variant) => {
    const make = variant === 'raw' ? RawArray<'i'> : SharedArray<'i'>
    const sequence = [680, 626, 934, 821, 150, 233, 548, 982, 714, 831]
    const shared = make('i', sequence)
    // An event loop cannot wait for the lock of a read: the object under it is the same.
    const array = runtime.mayBlock || !('getObj' in shared) ? shared : shared.getObj()
    equal(array.length, sequence.length)
    equal(array.get(3), sequence[3])
    equal(array.get(-1), sequence.at(-1))
    deepEqual(array.slice(2, 7), sequence.slice(2, 7))
    deepEqual(array.slice(), sequence)
    deepEqual(array.slice(-3), sequence.slice(-3))
    deepEqual(array.slice(undefined, undefined, -1), [...sequence].reverse())
    deepEqual(array.slice(1, 8, 3), [626, 150, 982])
    deepEqual(array.slice(8, 2), [])
    deepEqual(array.slice(5, 100), sequence.slice(5))
    array.setSlice(4, 8, new Int32Array([1, 2, 3, 4]))
    sequence.splice(4, 4, 1, 2, 3, 4)
    deepEqual([...array], sequence)
    throws(() => array.setSlice(0, 2, [1]), { name: 'ValueError' })
    for (const outside of [10, -11]) {
      throws(() => array.get(outside), { name: 'IndexError' })
      throws(() => array.set(outside, 1), { name: 'IndexError' })
    }
    for (let at = 1; at < sequence.length; at++)
      sequence[at] = Number(sequence[at]) + Number(sequence[at - 1])
    await runIn(sumUp, shared)
    deepEqual(await cellsOf(shared), sequence)

    const ten = make('i', 10)
    const zeros = runtime.mayBlock || !('getObj' in ten) ? ten : ten.getObj()
    deepEqual(
      [...zeros],
      Array.from({ length: 10 }, () => 0),
    )
    zeros.setSlice(undefined, undefined, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    deepEqual([...zeros], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    equal(make('i', 0).length, 0)
    throws(() => make('i', -1), { name: 'ValueError' })
  },
)

const wrapped = [
  ['b', 200, -56],
  ['B', 300, 44],
  ['B', -1, 255],
  ['h', 40_000, -25_536],
  ['H', 70_000, 4464],
  ['i', 2 ** 31, -(2 ** 31)],
  ['I', -1, 2 ** 32 - 1],
  ['l', 2 ** 40, 2 ** 40],
  ['L', -1, 2n ** 64n - 1n],
  ['q', 2n ** 63n, -(2n ** 63n)],
  ['Q', 2n ** 64n + 5n, 5],
  ['f', 0.1, Math.fround(0.1)],
  ['d', 0.1, 0.1],
] as const

ctypes.beyond('typecodes: integers wrap around; what is of another kind is refused', async () => {
  for (const [code, given, kept] of wrapped)
    equal(await valueOf(RawValue(code, given)), kept, `${code} ${given}`)
  equal(await valueOf(RawValue('i')), 0)
  equal(await valueOf(RawValue('c')), '\0')
  throws(() => RawValue('i', 1.5), { name: 'TypeError' })
  throws(() => RawValue('i', 'text' as never), { name: 'TypeError' })
  throws(() => RawValue('d', 'text' as never), { name: 'TypeError' })
  throws(() => RawValue('c', 'xy'), { name: 'TypeError' })
  throws(() => RawValue('z' as 'i', 1), { name: 'TypeError' })
  throws(() => RawArray('i', [1, 1.5]), { name: 'TypeError' })
  equal(await valueOf(RawValue('d', true as never)), 1)
  equal(await valueOf(RawValue('c', Buffer.from('x') as never)), 'x')
  throws(() => RawValue('c', Buffer.from('xy') as never), { name: 'TypeError' })
})

export function double(value: AnyValue, array: AnyArray): void {
  value.value = Number(value.value) * 2
  for (let at = 0; at < array.length; at++) array.set(at, Number(array.get(at)) * 2)
}

ctypes.follows(
  [
    '_test_multiprocessing._TestSharedCTypes.test_sharedctypes',
    '_test_multiprocessing._TestSharedCTypes.test_synchronize',
  ],
  'doubled in another process',
  async (variant) => {
    const lock = variant === 'locked'
    const value = lock ? Value('i', 7) : Value('i', 7, { lock: false })
    const array = lock ? SharedArray('d', [0, 1, 2]) : SharedArray('d', [0, 1, 2], { lock: false })
    await runIn(double, value, array)
    equal(await valueOf(value), 14)
    deepEqual(await cellsOf(array), [0, 2, 4])
  },
)

export function addUnder(value: ReturnType<typeof Value<'i'>>, times: number): void {
  for (let time = 0; time < times; time++) value.getLock().withLock(() => value.value++)
}

ctypes.beyond(
  'the lock of a value makes a read and a write one',
  async () => {
    const value = Value('i', 0)
    const child = await begin(addUnder, [value, 100])
    addUnder(value, 100)
    await joined(child)
    equal(value.value, 200)
  },
  { variants: ['locked'], forms: ['blocking'] },
)

const containers = new Suite(['manager'])

/** A method of a proxy, in the form that this thread may use. */
async function on(proxy: object, method: string, ...args: readonly unknown[]): Promise<unknown> {
  const form = runtime.mayBlock ? method : 'callMethodAsync'
  const found = Reflect.get(proxy, form) as (...args: readonly unknown[]) => unknown
  return await found.apply(proxy, runtime.mayBlock ? [...args] : [method, ...args])
}

/** Python's `list(a)`: iterating blocks. */
const contents = (proxy: ListProxy): Promise<unknown> => on(proxy, 'slice')

const managed = (
  follows: string | readonly string[],
  title: string,
  body: (manager: SyncManager) => Promise<void>,
  limits: { readonly forms?: readonly ('blocking' | 'async')[] } = {},
) =>
  containers.follows(
    follows,
    title,
    async () => {
      const manager = Manager()
      try {
        await body(manager)
      } finally {
        await call(manager, 'shutdown')
      }
    },
    limits,
  )

managed(
  [
    '_test_multiprocessing._TestContainers.test_list',
    '_test_multiprocessing._TestContainers.test_list_iter',
  ],
  'a list',
  async (manager) => {
    const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    const a = manager.list(ten)
    deepEqual(await contents(a), ten)
    const b = manager.list()
    deepEqual(await contents(b), [])
    await on(b, 'extend', [0, 1, 2, 3, 4])
    equal(await on(b, 'get', 2), 2)
    equal(await on(b, 'get', -1), 4)
    deepEqual(await on(b, 'slice', 2, 10), [2, 3, 4])
    deepEqual(await contents(a), ten)
    const f = manager.list([a])
    await on(a, 'append', 'hello')
    const inner = (await on(f, 'get', 0)) as ListProxy
    deepEqual(await contents(inner), [...ten, 'hello'])

    await on(b, 'insert', 0, 'first')
    await on(b, 'insert', -1, 'before last')
    await on(b, 'insert', 100, 'last')
    deepEqual(await contents(b), ['first', 0, 1, 2, 3, 'before last', 4, 'last'])
    equal(await on(b, 'pop'), 'last')
    equal(await on(b, 'pop', 0), 'first')
    await on(b, 'remove', 'before last')
    equal(await on(b, 'index', 3), 3)
    equal(await on(b, 'count', 3), 1)
    await on(b, 'reverse')
    deepEqual(await contents(b), [4, 3, 2, 1, 0])
    await on(b, 'delete', 0)
    await on(b, 'set', -1, 10)
    deepEqual(await contents(b), [3, 2, 1, 10])
    if (runtime.mayBlock) b.sort()
    else await b.callMethodAsync('sort', false)
    deepEqual(await contents(b), [1, 2, 3, 10])
    equal(await on(b, 'len'), 4)
    for (const [method, at] of [
      ['get', 4],
      ['get', -5],
      ['set', 4],
      ['delete', 4],
      ['pop', 4],
    ] as const)
      await fails(() => on(b, method, at), 'IndexError')
    await fails(() => on(b, 'remove', 'x'), 'ValueError')
    await fails(() => on(b, 'index', 'x'), 'ValueError')
    await on(b, 'append', 'text')
    await fails(() => b.callMethodAsync('sort', false), 'TypeError', /^'<' not supported between/)
    await on(b, 'clear')
    await fails(() => on(b, 'pop'), 'IndexError', /^pop from empty list$/)
  },
)

managed(
  '_test_multiprocessing._TestContainers.test_list_iter',
  'an iterator over a list sees changes made before it begins',
  async (manager) => {
    const a = manager.list([0, 1, 2])
    const exhausted = a[Symbol.iterator]()
    const found: unknown[] = []
    for (let step = exhausted.next(); step.done !== true; step = exhausted.next())
      found.push(step.value)
    deepEqual(found, [0, 1, 2])
    equal(exhausted.next().done, true)
    const iterator = a[Symbol.iterator]()
    a.set(0, 100)
    equal(iterator.next().value, 100)
    await Promise.resolve()
  },
  { forms: ['blocking'] },
)

managed(
  '_test_multiprocessing._TestContainers.test_list_proxy_in_list',
  'lists in a list are the same lists',
  async (manager) => {
    const a = manager.list([0, 1, 2].map(() => manager.list([0, 1, 2])))
    const at = async (index: number) => (await on(a, 'get', index)) as ListProxy
    await on(await at(0), 'set', -1, 55)
    deepEqual(await contents(await at(0)), [0, 1, 55])
    for (const other of [1, 2]) deepEqual(await contents(await at(other)), [0, 1, 2])
    equal(await on(await at(1), 'pop'), 2)
    equal(await on(await at(1), 'len'), 2)
    for (const other of [0, 2]) equal(await on(await at(other), 'len'), 3)
    const b = manager.list()
    await on(b, 'append', b)
    equal(await on((await on(b, 'get', 0)) as ListProxy, 'len'), 1)
  },
)

managed(
  [
    '_test_multiprocessing._TestContainers.test_dict',
    '_test_multiprocessing._TestContainers.test_dict_iter',
  ],
  'a dict',
  async (manager) => {
    const d = manager.dict()
    const pairs = [65, 66, 67, 68, 69].map((code) => [code, String.fromCharCode(code)] as const)
    for (const [code, letter] of pairs) await on(d, 'set', code, letter)
    deepEqual(await on(d, 'copy'), new Map(pairs))
    deepEqual(
      await on(d, 'keys'),
      pairs.map(([code]) => code),
    )
    deepEqual(
      await on(d, 'values'),
      pairs.map(([, letter]) => letter),
    )
    deepEqual(await on(d, 'items'), pairs)
    if (runtime.mayBlock)
      deepEqual(
        [...d],
        pairs.map(([code]) => code),
      )
    equal(await on(d, 'get', 65), 'A')
    equal(await on(d, 'get', 1), undefined)
    equal(await on(d, 'get', 1, 'none'), 'none')
    equal(await on(d, 'getItem', 66), 'B')
    await fails(() => on(d, 'getItem', 1), 'KeyError')
    await fails(() => on(d, 'delete', 1), 'KeyError')
    await fails(() => on(d, 'pop', 1), 'KeyError')
    equal(await on(d, 'pop', 1, 'fallback'), 'fallback')
    equal(await on(d, 'pop', 65), 'A')
    deepEqual(await on(d, 'popitem'), [69, 'E'])
    equal(await on(d, 'setdefault', 66, 'other'), 'B')
    equal(await on(d, 'setdefault', 1, 'one'), 'one')
    await on(d, 'update', new Map([[1, 'uno']]))
    await on(d, 'update', { name: 'value' })
    equal(await on(d, 'get', 1), 'uno')
    equal(await on(d, 'has', 'name'), true)
    equal(await on(d, 'has', 'other'), false)
    equal(await on(d, 'len'), 5)
    await on(d, 'clear')
    equal(await on(d, 'len'), 0)
    await fails(() => on(d, 'popitem'), 'KeyError')
  },
)

managed(
  '_test_multiprocessing._TestContainers.test_dict_proxy_nested',
  'dicts in dicts and lists are the same dicts',
  async (manager) => {
    const pets = manager.dict({ ferrets: 2, hamsters: 4 })
    const supplies = manager.dict({ water: 10, feed: 3 })
    const d = manager.dict({ pets, supplies })
    const inner = async (key: string) => (await on(d, 'getItem', key)) as DictProxy
    equal(await on(supplies, 'getItem', 'water'), 10)
    equal(await on(await inner('supplies'), 'getItem', 'water'), 10)
    await on(await inner('supplies'), 'set', 'blankets', 5)
    equal(await on(supplies, 'getItem', 'blankets'), 5)
    await on(await inner('supplies'), 'set', 'water', 7)
    equal(await on(supplies, 'getItem', 'water'), 7)
    const again = await inner('pets')
    equal(await on(again, 'getItem', 'ferrets'), 2)
    await on(d, 'clear')
    equal(await on(d, 'len'), 0)
    equal(await on(supplies, 'getItem', 'water'), 7)
    equal(await on(again, 'getItem', 'hamsters'), 4)
    const l = manager.list([again, supplies])
    await on((await on(l, 'get', 0)) as DictProxy, 'set', 'marmots', 1)
    equal(await on(pets, 'getItem', 'marmots'), 1)
    const outer = manager.list([[88, 99], l])
    ok(Array.isArray(await on(outer, 'get', 0)))
    const last = (await on((await on(outer, 'get', -1)) as ListProxy, 'get', -1)) as DictProxy
    equal(await on(last, 'getItem', 'feed'), 3)
  },
)

managed('_test_multiprocessing._TestContainers.test_namespace', 'a namespace', async (manager) => {
  const n = manager.Namespace()
  for (const [name, value] of [
    ['name', 'Bob'],
    ['job', 'Builder'],
    ['_hidden', 'hidden'],
  ])
    await on(n, 'set', name, value)
  deepEqual([await on(n, 'get', 'name'), await on(n, 'get', 'job')], ['Bob', 'Builder'])
  await on(n, 'delete', 'job')
  const words = /^'Namespace' object has no attribute 'job'$/
  await fails(() => on(n, 'get', 'job'), 'AttributeError', words)
  await fails(() => on(n, 'delete', 'job'), 'AttributeError')
  const filled = manager.Namespace({ x: 1 })
  equal(await on(filled, 'get', 'x'), 1)
})

interface Managed {
  readonly list: ListProxy<number>
  readonly dict: DictProxy<string, number>
  readonly value: ValueProxy<number>
  readonly array: ReturnType<SyncManager['Array']>
  readonly namespace: NamespaceProxy
  readonly event: Event
  readonly lock: Lock
  readonly rlock: RLock
  readonly semaphore: Semaphore
  readonly bounded: BoundedSemaphore
  readonly condition: Condition
  readonly barrier: Barrier
  readonly queue: JoinableQueue<number>
}

/** What CPython's workers of TestSyncManagerTypes do, one after the other. */
export function useAll(objects: Managed, results: Queue<readonly [string, unknown]>): void {
  const { list, dict, value, array, namespace, queue, event } = objects
  const say = (what: string, found: unknown) => results.put([what, found])
  say('list', [list.get(0), list.count(5), list.index(5), list.len()])
  list.sort()
  list.reverse()
  say('pop', list.pop(0))
  say('dict', [dict.len(), dict.getItem('foo'), dict.get('foo'), dict.items(), dict.keys()])
  say('popitem', dict.popitem())
  say('value', value.value)
  value.value = 2
  say('array', [array.get(0), array.get(1), array.len(), [...array]])
  say('namespace', [namespace.get('x'), namespace.get('y')])
  say('event', [event.isSet(), event.wait()])
  event.clear()
  say('cleared', event.wait(0.001))
  say('lock', objects.lock.acquire())
  say('rlock', [objects.rlock.acquire(), objects.rlock.release()])
  say('semaphore', [objects.semaphore.acquire(), objects.bounded.acquire()])
  say('condition', [objects.condition.acquire(), objects.condition.release()])
  objects.barrier.reset()
  say('barrier', objects.barrier.parties)
  say('queue', [queue.get(true, PATIENCE), queue.get(true, PATIENCE)])
  results.put(['end', undefined])
  objects.lock.release()
  objects.semaphore.release()
  objects.bounded.release()
}

managed(
  [
    '_test_multiprocessing.TestSyncManagerTypes.test_list',
    '_test_multiprocessing.TestSyncManagerTypes.test_dict',
    '_test_multiprocessing.TestSyncManagerTypes.test_value',
    '_test_multiprocessing.TestSyncManagerTypes.test_array',
    '_test_multiprocessing.TestSyncManagerTypes.test_namespace',
    '_test_multiprocessing.TestSyncManagerTypes.test_event',
    '_test_multiprocessing.TestSyncManagerTypes.test_lock',
    '_test_multiprocessing.TestSyncManagerTypes.test_rlock',
    '_test_multiprocessing.TestSyncManagerTypes.test_semaphore',
    '_test_multiprocessing.TestSyncManagerTypes.test_bounded_semaphore',
    '_test_multiprocessing.TestSyncManagerTypes.test_condition',
    '_test_multiprocessing.TestSyncManagerTypes.test_barrier',
    '_test_multiprocessing.TestSyncManagerTypes.test_queue',
    '_test_multiprocessing.TestSyncManagerTypes.test_joinable_queue',
  ],
  'every type of a manager in another process',
  async (manager) => {
    const objects: Managed = {
      list: manager.list([5]),
      dict: manager.dict<string, number>({ foo: 5 }),
      value: manager.Value('i', 1),
      array: manager.Array('i', [0, 1]),
      namespace: manager.Namespace({ x: 0, y: 1 }),
      event: manager.Event(),
      lock: manager.Lock(),
      rlock: manager.RLock(),
      semaphore: manager.Semaphore(),
      bounded: manager.BoundedSemaphore(),
      condition: manager.Condition(),
      barrier: manager.Barrier(5),
      queue: manager.Queue<number>(2),
    }
    await call(objects.event, 'set')
    await put(objects.queue, 5)
    await put(objects.queue, 6)
    equal(objects.queue.full(), true)
    const results = new Queue<readonly [string, unknown]>()
    const child = await begin(useAll, [objects, results])
    const said: Record<string, unknown> = {}
    for (;;) {
      const [what, found] = await get(results, PATIENCE)
      if (what === 'end') break
      said[what] = found
    }
    deepEqual(said, {
      list: [5, 1, 0, 1],
      pop: 5,
      dict: [1, 5, 5, [['foo', 5]], ['foo']],
      popitem: ['foo', 5],
      value: 1,
      array: [0, 1, 2, [0, 1]],
      namespace: [0, 1],
      event: [true, true],
      cleared: false,
      lock: true,
      rlock: [true, undefined],
      semaphore: [true, true],
      condition: [true, undefined],
      barrier: 5,
      queue: [5, 6],
    })
    await joined(child)
    equal(await on(objects.list, 'len'), 0)
    equal(await on(objects.dict, 'len'), 0)
    equal(await objects.value.callMethodAsync('get'), 2)
    equal(await call(objects.event, 'isSet'), false)
    equal(objects.queue.empty(), true)
  },
)

export function initialize(namespace: NamespaceProxy): void {
  namespace.set('test', Number(namespace.get('test')) + 1)
}

containers.beyond(
  'a manager that was shut down: no new objects, the old ones are gone',
  async () => {
    const manager = Manager()
    const list = manager.list([1])
    {
      using _ending = manager
      equal(list.get(0), 1)
    }
    manager.shutdown()
    throws(() => manager.list(), { name: 'AssertionError' })
    throws(() => manager.Queue(), { name: 'AssertionError' })
    throws(() => list.get(0), { name: 'OSError' })
    await Promise.resolve()
  },
  { forms: ['blocking'] },
)

export function changeNested(dict: DictProxy<string, ListProxy>, item: number): void {
  dict.getItem('list').append(item)
  const copied = dict.get('plain') as unknown as number[] | undefined
  copied?.push(1)
}

managed(
  '_test_multiprocessing._TestContainers.test_nested_queue',
  'queues in a list and in a dict',
  async (manager) => {
    for (const container of [
      manager.list([manager.Queue()]),
      manager.dict([[0, manager.Queue()]]),
    ]) {
      const queueOf = async () =>
        (await container.callMethodAsync(
          container instanceof ListProxy ? 'get' : 'getItem',
          0,
        )) as Queue
      await put(await queueOf(), 123)
      equal(await get(await queueOf()), 123)
    }
  },
)

containers.beyond('what is in a dict and is no proxy is a copy', async () => {
  const manager = Manager()
  const inner = manager.list<number>()
  const dict = manager.dict<string>({ list: inner, plain: [0] })
  const child = new Process({ target: changeNested, args: [dict, 3], daemon: true })
  await call(child, 'start')
  await joined(child)
  deepEqual(await contents(inner), [3])
  deepEqual(await on(dict, 'get', 'plain'), [0])
})

/* Python's dict: tuples with equal parts are one key, so are 1 and True; what can change is none. */
containers.beyond('keys of a dict are compared by value', async () => {
  const dict = Manager().dict()
  await on(dict, 'set', [1, 'a'], 'tuple')
  equal(await on(dict, 'get', [1, 'a']), 'tuple')
  equal(await on(dict, 'has', [1, ['a']]), false)
  equal(await on(dict, 'has', ['1', 'a']), false)
  await on(dict, 'set', 1, 'one')
  await on(dict, 'set', true, 'true')
  equal(await on(dict, 'get', 1), 'true')
  equal(await on(dict, 'get', '1'), undefined)
  deepEqual(await on(dict, 'keys'), [[1, 'a'], 1])
  await fails(() => on(dict, 'set', { a: 1 }, 1), 'TypeError', /^unhashable type: 'dict'$/)
  await on(dict, 'delete', [1, 'a'])
  deepEqual(await on(dict, 'items'), [[1, 'true']])
})

export const suites = [ctypes, containers]
export const run = runnerOf(suites)
