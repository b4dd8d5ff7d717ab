# Written for Interleave: the note's queue has no limit.
import time
from queue import Queue
from threading import Barrier, Thread

def producer(ready, q, items, produce):
    ready.wait()
    for item in range(items):
        time.sleep(produce)
        q.put(item)

def consumer(ready, q, consume):
    ready.wait()
    while q.get() is not None:
        time.sleep(consume)

def run(maxsize, p):
    q = Queue(maxsize)
    # All begin at one time, however long it takes until each of them has been started.
    ready = Barrier(p['producers'] + p['consumers'])
    # Milliseconds in the form, seconds in the program.
    producers = [
        Thread(target=producer, args=(ready, q, p['items'], p['produce'] / 1000), name='producer %d' % (index + 1))
        for index in range(p['producers'])
    ]
    consumers = [
        Thread(target=consumer, args=(ready, q, p['consume'] / 1000), name='consumer %d' % (index + 1))
        for index in range(p['consumers'])
    ]
    for thread in producers + consumers:
        thread.start()
    for thread in producers:
        thread.join()
    # One for each: the end of the work.
    for _ in range(p['consumers']):
        q.put(None)
    for thread in consumers:
        thread.join()

# bounded: put waits while there are maxsize items
def bounded(parameters):
    run(parameters['maxsize'], parameters)

# unbounded: put never waits
def unbounded(parameters):
    run(0, parameters)

# one place: hardly more than a hand-over
def one_place(parameters):
    run(1, parameters)
