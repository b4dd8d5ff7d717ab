"""What a program can ask of the classes that the probe replaces or patches."""
import _thread
import copy
import inspect
import pickle
import queue
import sys
import threading
import time
import weakref


def tried(call):
    try:
        return call()
    except Exception as error:
        return type(error).__name__, str(error)


locks = {'Lock': threading.Lock(), 'RLock': threading.RLock()}
for name, lock in locks.items():
    print(name, repr(lock), type(lock).__name__, type(lock).__module__, lock.__class__.__name__)
    print(isinstance(lock, type(lock)), isinstance(lock, type(getattr(threading, name)())))
    print(isinstance(lock, {'Lock': _thread.LockType, 'RLock': _thread.RLock}[name]))
    if sys.version_info >= (3, 13) and name == 'Lock':
        print(isinstance(lock, threading.Lock), isinstance(queue.Queue().mutex, threading.Lock))
        print(isinstance(3, threading.Lock), threading.Lock.__name__, threading.Lock.__module__)
        print(tried(lambda: type('Mine', (threading.Lock,), {})))
    for protocol in (0, 2, 4):
        print(tried(lambda: pickle.dumps(lock, protocol)))
    print(tried(lambda: copy.copy(lock)))
    print(weakref.ref(lock)() is lock, lock == lock, lock != locks, hash(lock) == hash(lock))
    print(tried(lambda: lock.acquire(False, 3)), tried(lambda: lock.acquire(True, -3)))
    print(tried(lambda: lock.acquire(True, 'long')))
    print(tried(lambda: lock.acquire(True, 1e300)), tried(lambda: lock.acquire(True, float('nan'))))
    print(tried(lock.release))
    print(lock.acquire(), lock.acquire(blocking=False), tried(lambda: lock.acquire(timeout=0.001)))
    print(repr(lock).split()[0])
    print(lock.release(), tried(lock.__enter__), lock.__exit__(None, None, None))
    print(sorted(each for each in dir(lock) if each in ('acquire', 'release', 'locked', '_is_owned')))

made = {
    'condition': threading.Condition(),
    'of a lock': threading.Condition(threading.Lock()),
    'semaphore': threading.Semaphore(2),
    'bounded': threading.BoundedSemaphore(2),
    'event': threading.Event(),
    'barrier': threading.Barrier(2),
    'queue': queue.Queue(),
    'lifo': queue.LifoQueue(),
    'priority': queue.PriorityQueue(),
    'simple': queue.SimpleQueue(),
}
for name, one in made.items():
    print(name, type(one), repr(one), isinstance(one, type(one)), weakref.ref(one)() is one)
    print(tried(lambda: pickle.dumps(one)))

for function in (threading.Thread.start, threading.Thread.join, threading.Condition.notify,
                 threading.Semaphore.acquire, threading.Semaphore.release, threading.Event.set,
                 threading.Barrier.__init__, queue.Queue.__init__, queue.Queue.put, queue.Queue._put):
    print(function.__qualname__, function.__module__, inspect.signature(function), function.__doc__)
print(tried(lambda: inspect.signature(threading.Lock)) and 'Lock', time.sleep, time.sleep.__name__,
      time.sleep.__module__, time.sleep.__doc__, pickle.dumps(time.sleep) and 'pickled')
print(tried(lambda: pickle.loads(pickle.dumps(threading.Lock)) is threading.Lock),
      isinstance(threading.Lock, type))
if sys.version_info < (3, 13):
    print(threading.Lock, tried(lambda: type(threading.Lock())()), tried(lambda: isinstance(3, threading.Lock)))
print(tried(time.sleep), tried(lambda: time.sleep(-1)), tried(lambda: time.sleep('a')))
print(pickle.loads(pickle.dumps(time.sleep)) is time.sleep)


class Uses:
    """Built-ins are no methods."""

    sleep = time.sleep
    make = threading.Lock


Uses().sleep(0)
print(type(Uses().make()).__name__)


class MyThread(threading.Thread):
    def run(self):
        print('ran', self.name, threading.current_thread() is self)


class MyEvent(threading.Event):
    def set(self):
        print('set')
        super().set()


class MySemaphore(threading.BoundedSemaphore):
    pass


class MyCondition(threading.Condition):
    def notify(self, n=1):
        print('notify', n)
        super().notify(n)


class MyQueue(queue.Queue):
    def _init(self, maxsize):
        self.items = set()

    def _qsize(self):
        return len(self.items)

    def _put(self, item):
        self.items.add(item)

    def _get(self):
        return self.items.pop()


class MySimple(queue.SimpleQueue):
    def put(self, item):
        super().put(('mine', item))


class MyRLock(type(threading.RLock())):
    pass


thread = MyThread(name='mine')
thread.start()
thread.join()
print(tried(thread.start), tried(lambda: threading.Thread(target=3).join()))
event = MyEvent()
event.set()
print(event.is_set(), event.wait(0), event.wait(), event.clear(), event.wait(0.001))
semaphore = MySemaphore(1)
print(semaphore.acquire(), semaphore.acquire(False), semaphore.acquire(timeout=0.001))
print(semaphore.release(), tried(semaphore.release), tried(lambda: semaphore.acquire(False, 1)))
print(tried(lambda: threading.Semaphore(-1)))
with MyCondition() as held:
    print(held)
condition = MyCondition()
with condition:
    condition.notify_all()
    print(condition.wait(0.001), condition.wait_for(lambda: True), condition.wait(0))
print(tried(condition.wait), tried(condition.notify), tried(condition.release))
mine = MyQueue()
mine.put(4)
mine.put(4)
print(mine.qsize(), mine.get(), tried(lambda: type(mine.get_nowait()).__name__))
simple = MySimple()
simple.put(4)
print(simple.get(), simple.empty(), isinstance(simple, queue.SimpleQueue))
with MyRLock() as is_held:
    print(is_held)
barrier = threading.Barrier(1, action=lambda: print('action'))
print(barrier.wait(), barrier.parties, barrier.n_waiting, barrier.broken)
barrier.abort()
print(tried(barrier.wait))
print(tried(lambda: queue.Queue('a').put(1)), tried(lambda: threading.Barrier('a').wait(0.001)))
print(threading.active_count(), threading.enumerate()[0].name, vars(threading.local()))
