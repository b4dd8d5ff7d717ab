"""Uses everything of multiprocessing and concurrent.futures; prints the same in every run."""
import concurrent.futures as futures
import multiprocessing as mp
import os
import pickle
import sys
import threading
import time
from multiprocessing import shared_memory
from multiprocessing.managers import BaseManager, SharedMemoryManager
from multiprocessing.pool import ThreadPool
from queue import Empty, Full


class Squarer:
    """With attributes of its own, which are pickled with the process under spawn."""

    def __init__(self, connection, value):
        super().__init__(name='Squarer')
        self.connection = connection
        self.value = value

    def run(self):
        private = [name for name in vars(self) if name not in KNOWN]
        self.connection.send((self.value**2, self.name, sorted(private)))
        self.connection.close()


class ForkSquarer(Squarer, mp.get_context('fork').Process):
    pass


class SpawnSquarer(Squarer, mp.get_context('spawn').Process):
    pass


class ForkserverSquarer(Squarer, mp.get_context('forkserver').Process):
    pass


SUBCLASSES = {'fork': ForkSquarer, 'spawn': SpawnSquarer, 'forkserver': ForkserverSquarer}
KNOWN = set(vars(mp.Process(name='x')))


class Counter:
    def __init__(self):
        self.count = 0

    def add(self, n):
        self.count += n
        return self.count


class CounterManager(BaseManager):
    pass


CounterManager.register('Counter', Counter)


def square(x):
    return x * x


def add(x, y):
    return x + y


def fail(x):
    raise ValueError('refused %r' % (x,))


def nothing():
    pass


def note(text):
    global noted
    noted = text


def noted_and(x):
    return noted, x


def leave(code):
    sys.exit(code)


def sleep_long():
    time.sleep(60)


def locked(lock, total, times):
    for _ in range(times):
        with lock:
            total.value += 1


def recursive(lock, results):
    with lock:
        with lock:
            results.put('recursive')


def limited(semaphore, inside, most):
    with semaphore:
        with inside.get_lock():
            inside.value += 1
            with most.get_lock():
                most.value = max(most.value, inside.value)
        time.sleep(0.01)
        with inside.get_lock():
            inside.value -= 1


def waiter(condition, ready, results):
    with condition:
        ready.release()
        results.put(condition.wait(30))


def at_event(event, results):
    results.put(event.wait(30))


def at_barrier(barrier, results):
    results.put(barrier.wait(30) in (0, 1, 2))


def echo(connection):
    while True:
        item = connection.recv()
        if item is None:
            return
        connection.send(item)


def worker(tasks, results):
    while True:
        n = tasks.get()
        try:
            if n is None:
                return
            results.put(n * 2)
        finally:
            tasks.task_done()


def from_thread(results):
    thread = threading.Thread(target=results.put, args=(threading.current_thread().name,))
    thread.start()
    thread.join()


def grandchild(context_name, results):
    child = mp.get_context(context_name).Process(target=results.put, args=('grandchild',))
    child.start()
    child.join()


def fill(name):
    memory = shared_memory.SharedMemory(name=name)
    memory.buf[0] = 42
    memory.close()


def run(ctx, target, *args):
    process = ctx.Process(target=target, args=args)
    process.start()
    return process


def show(what, *values):
    print(what, *values, flush=True)


def processes(ctx):
    process = ctx.Process(target=nothing, name='named', daemon=True)
    show('process', process.name, process.daemon, process.pid, process.exitcode, process.is_alive())
    process.start()
    process.join(30)
    show('joined', process.exitcode, process.is_alive(), isinstance(process, mp.process.BaseProcess))
    show('repr', repr(process).split(' pid')[0], repr(ctx.Process(name='x')).split(' parent')[0])
    for code in (0, 3, None, 'words'):
        process = run(ctx, leave, code)
        process.join()
        show('exit', code, process.exitcode)
    for end in ('terminate', 'kill'):
        process = run(ctx, sleep_long)
        getattr(process, end)()
        process.join()
        show(end, process.exitcode)
        process.close()
        try:
            process.join()
        except ValueError as error:
            show('closed', error)
    try:
        ctx.Process(target=nothing).join()
    except AssertionError as error:
        show('not started', error)
    reader, writer = ctx.Pipe(duplex=False)
    process = SUBCLASSES[ctx.get_start_method()](writer, 12)
    process.start()
    show('subclass', reader.recv(), process.value)
    process.join()
    results = ctx.Queue()
    grand = run(ctx, grandchild, ctx.get_start_method(), results)
    show(results.get())
    grand.join()
    show('children', mp.active_children(), mp.current_process().name, mp.parent_process())


def synchronize(ctx):
    results = ctx.SimpleQueue()
    lock, total = ctx.Lock(), ctx.Value('i', 0, lock=False)
    several = [run(ctx, locked, lock, total, 200) for _ in range(3)]
    for process in several:
        process.join()
    show('lock', total.value, repr(lock), type(lock).__module__, type(lock).__qualname__)
    show('attempt', lock.acquire(False), lock.acquire(False), lock.acquire(timeout=0.01))
    lock.release()
    try:
        lock.release()
    except ValueError as error:
        show('released', error)
    recursive_lock = ctx.RLock()
    run(ctx, recursive, recursive_lock, results).join()
    show(results.get(), repr(recursive_lock), isinstance(recursive_lock, mp.synchronize.RLock))
    try:
        recursive_lock.release()
    except AssertionError as error:
        show('not owned', error)
    semaphore = ctx.BoundedSemaphore(2)
    inside, most = ctx.Value('i', 0), ctx.Value('i', 0)
    several = [run(ctx, limited, semaphore, inside, most) for _ in range(4)]
    for process in several:
        process.join()
    show('semaphore', most.value <= 2, semaphore.get_value(), repr(semaphore))
    try:
        semaphore.release()
    except ValueError as error:
        show('bounded', error)
    condition, ready = ctx.Condition(), ctx.Semaphore(0)
    several = [run(ctx, waiter, condition, ready, results) for _ in range(2)]
    for _ in several:
        ready.acquire()
    with condition:
        condition.notify_all()
    show('condition', results.get(), results.get())
    for process in several:
        process.join()
    with condition:
        show('no notification', condition.wait(0.01), condition.wait_for(lambda: True))
    try:
        condition.notify()
    except AssertionError as error:
        show('condition', error)
    event = ctx.Event()
    process = run(ctx, at_event, event, results)
    show('event', event.is_set(), event.wait(0.01))
    event.set()
    show(results.get(), event.is_set())
    process.join()
    event.clear()
    show(event.is_set())
    barrier = ctx.Barrier(3)
    several = [run(ctx, at_barrier, barrier, results) for _ in range(2)]
    show('barrier', barrier.wait(30) in (0, 1, 2), results.get(), results.get(), barrier.parties)
    for process in several:
        process.join()
    array = ctx.Array('i', range(5))
    with array:
        array[0] = 7
    show('array', list(array), len(array), ctx.Value('d', 1.5).value, list(ctx.RawArray('b', 2)))


def queues(ctx):
    queue = ctx.Queue(2)
    show('queue', queue.empty(), queue.full())
    queue.put('a')
    queue.put('b')
    try:
        queue.put('c', timeout=0.01)
    except Full:
        show('full', queue.full())
    show(queue.get(), queue.get(timeout=10), type(queue).__name__)
    for arguments in ((False,), (True, 0.01)):
        try:
            queue.get(*arguments)
        except Empty:
            show('empty')
    queue.close()
    queue.join_thread()
    try:
        queue.put(1)
    except ValueError as error:
        show('closed', str(error).split(' <')[0])
    tasks, results = ctx.JoinableQueue(), ctx.Queue()
    several = [run(ctx, worker, tasks, results) for _ in range(2)]
    for n in range(20):
        tasks.put(n)
    tasks.join()
    show('done', sorted(results.get() for _ in range(20)))
    for _ in several:
        tasks.put(None)
    tasks.join()
    for process in several:
        process.join()
    run(ctx, from_thread, results).join()
    show('thread', results.get())
    try:
        pickle.dumps(results)
    except RuntimeError as error:
        show('pickled', error)


def pipes(ctx):
    here, there = ctx.Pipe()
    process = run(ctx, echo, there)
    there.close()
    for item in (1, 'two', {'three': [3]}, b'x' * 300000):
        here.send(item)
        got = here.recv()
        show('pipe', got == item, here.poll())
    here.send(None)
    process.join()
    show('echoed', process.exitcode)
    reader, writer = ctx.Pipe(duplex=False)
    process = run(ctx, square, 2)
    writer.send_bytes(b'bytes', 1)
    show(reader.poll(1), reader.recv_bytes(), reader.poll(0.01), repr(reader)[:37])
    show(mp.connection.wait([reader], 0.01))
    process.join()
    try:
        reader.send(1)
    except OSError as error:
        show('direction', error)
    writer.close()
    try:
        reader.recv()
    except EOFError:
        show('end of file')


def pools(ctx):
    with ctx.Pool(2, note, ('initialized',)) as pool:
        show('pool', pool.map(square, range(100)), type(pool).__name__)
        show(pool.apply(add, (1, 2)), pool.starmap(add, [(1, 2), (3, 4)]), pool.apply(noted_and, (1,)))
        show(list(pool.imap(square, range(5))), sorted(pool.imap_unordered(square, range(5), 2)))
        for attempt in (pool.apply, pool.map):
            try:
                attempt(fail, ('x',))
            except ValueError as error:
                show('failed', error, type(error.__cause__).__name__)
        result = pool.apply_async(sleep_long)
        try:
            result.get(0.01)
        except mp.TimeoutError:
            show('timeout', result.ready())
        try:
            pickle.dumps(pool)
        except NotImplementedError as error:
            show('pickled', error)
    with ctx.Pool(1, maxtasksperchild=1) as pool:
        show('maxtasks', pool.map(square, range(3), 1))
        pool.close()
        pool.join()
    with ThreadPool(3) as pool:
        show('threads', pool.map(square, range(10)), list(pool.imap(square, range(3))))
        try:
            pool.apply(fail, (1,))
        except ValueError as error:
            show('failed', error)


def executors(ctx):
    made = (
        futures.ThreadPoolExecutor(2),
        futures.ProcessPoolExecutor(2, mp_context=ctx),
    )
    for executor in made:
        with executor:
            show(type(executor).__name__, list(executor.map(square, range(20))))
            show(list(executor.map(square, range(20), chunksize=4)))
            several = [executor.submit(square, n) for n in range(5)]
            show(sorted(each.result() for each in futures.as_completed(several)))
            done, pending = futures.wait(several)
            show(len(done), len(pending))
            failing = executor.submit(fail, 1)
            show(failing.exception(), failing.done())
            try:
                failing.result()
            except ValueError as error:
                show('failed', error)


def managers(ctx):
    with ctx.Manager() as manager:
        shared, items, queue = manager.dict(), manager.list([3, 1, 2]), manager.Queue()
        shared['a'] = 1
        items.sort()
        lock = manager.Lock()
        with lock:
            queue.put('through')
        show('manager', dict(shared), list(items), queue.get(), str(items), len(shared))
        process = run(ctx, shared.update, {'b': 2})
        process.join()
        show(sorted(shared.items()), pickle.loads(pickle.dumps(1)))
        try:
            items[10]
        except IndexError as error:
            show('remote', error)
    with CounterManager(ctx=ctx) as manager:
        counter = manager.Counter()
        show(counter.add(2), counter.add(3))


def memories(ctx):
    memory = shared_memory.SharedMemory(create=True, size=16)
    run(ctx, fill, memory.name).join()
    show('shared memory', memory.buf[0])
    memory.close()
    memory.unlink()
    with SharedMemoryManager(ctx=ctx) as manager:
        items = manager.ShareableList([1, 'two', None])
        show(list(items))


def main(method):
    ctx = mp.get_context(method)
    show('context', method, ctx.get_start_method(), mp.get_start_method(allow_none=True))
    for part in (processes, synchronize, queues, pipes, pools, executors, managers, memories):
        part(ctx)
    show(sys.argv[1:], __name__, os.path.basename(__file__), 'interleave_probe' in sys.path)


if __name__ == '__main__':
    main(sys.argv[1])
