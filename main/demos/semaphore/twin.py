# Written for Interleave: transactions that are done once more when another one was faster.
import random
import time
from threading import Barrier, BoundedSemaphore, Lock, Thread, current_thread

# Each record has a version, guarded by the lock.
class Store:
    def __init__(self, tasks, records):
        # All begin at one time, however long it takes until each of them has been started.
        self.ready = Barrier(tasks)
        self.lock = Lock()
        self.versions = [0] * records

def compute(steps):
    n = 0
    for step in range(steps):
        n = (n * 1664525 + step) & 0xffffffff
    return n

# Steps that take a thread so long when it has a processor to itself.
def steps_in(seconds):
    fastest = 0
    for _ in range(30):
        start = time.perf_counter()
        compute(5000)
        fastest = max(fastest, 5000 / (time.perf_counter() - start))
    return round(fastest * seconds)

def version(store, record):
    with store.lock:
        return store.versions[record]

# Nothing is written when somebody else has been faster.
def commit(store, record, seen):
    with store.lock:
        if store.versions[record] != seen:
            return False
        store.versions[record] = seen + 1
        return True

# Reads a record, computes, and writes it: once more if it has changed meanwhile.
def transaction(store, record, steps):
    in_vain = 0
    while True:
        seen = version(store, record)
        compute(steps)
        if commit(store, record, seen):
            return in_vain
        in_vain += 1

def limited_task(pool, store, steps, p):
    in_vain = 0
    store.ready.wait()
    for _ in range(p['rounds']):
        record = random.randrange(p['records'])
        with pool:
            in_vain += transaction(store, record, steps)
    print('%s: %d transactions, %d attempts in vain' % (current_thread().name, p['rounds'], in_vain))

def task(store, steps, p):
    in_vain = 0
    store.ready.wait()
    for _ in range(p['rounds']):
        record = random.randrange(p['records'])
        in_vain += transaction(store, record, steps)
    print('%s: %d transactions, %d attempts in vain' % (current_thread().name, p['rounds'], in_vain))

# limited: only so many transactions at once
def limited(parameters):
    p = parameters
    pool = BoundedSemaphore(p['permits'])
    # Milliseconds in the form, seconds in the program.
    args = (pool, Store(p['tasks'], p['records']), steps_in(p['hold'] / 1000), p)
    threads = [
        Thread(target=limited_task, args=args, name='task %d' % (index + 1))
        for index in range(p['tasks'])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

# unlimited: all at once
def unlimited(parameters):
    p = parameters
    args = (Store(p['tasks'], p['records']), steps_in(p['hold'] / 1000), p)
    threads = [
        Thread(target=task, args=args, name='task %d' % (index + 1))
        for index in range(p['tasks'])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
