# Written for Interleave: the note says that the GIL prevents race conditions, and has no program about it.
import sys
from threading import Barrier, Lock, Thread

class Counter:
    """An object that threads share."""

    def __init__(self):
        self.value = 0

# no lock: read, add, write
def increment(counter, increments, start, lock):
    start.wait()
    for _ in range(increments):
        counter.value += 1

# with a lock around all three
def increment_locked(counter, increments, start, lock):
    start.wait()
    for _ in range(increments):
        with lock:
            counter.value += 1

def successor(value):
    return value + 1 # where a function begins, CPython may hand over the GIL

# the same in two steps: between them another thread may have its turn
def increment_split(counter, increments, start, lock):
    start.wait()
    seen = False
    for _ in range(increments):
        value = counter.value
        after = successor(value)
        if counter.value != value and not seen:
            seen = True
            print(f'read {value}, writes {after}, though the counter is now {counter.value}')
        counter.value = after

def run(target, parameters):
    # Milliseconds in the form, seconds in the program.
    sys.setswitchinterval(parameters['switchInterval'] / 1000)
    threads, increments = parameters['threads'], parameters['increments']
    counter = Counter()
    args = (counter, increments, Barrier(threads), Lock())
    workers = [Thread(target=target, args=args) for _ in range(threads)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    print(f'counted {counter.value} of {threads * increments}')

def no_lock(parameters):
    run(increment, parameters)

def with_lock(parameters):
    run(increment_locked, parameters)

def split(parameters):
    run(increment_split, parameters)
