# Written for Interleave: the note gives reference counting as the GIL's reason, and has no program about it.
import sys
import time
from threading import Barrier, Thread

# so many references at a time
HANDFUL = 100

def take_and_drop(obj, rounds, barrier, ends):
    mine = []
    barrier.wait()
    barrier.wait()
    for taken in range(0, rounds, HANDFUL):
        handful = min(HANDFUL, rounds - taken)
        for _ in range(handful):
            mine.append(obj) # counts one more
        for _ in range(handful):
            mine.pop() # counts one less
    ends.append(time.perf_counter())

def run(objects, parameters):
    threads, rounds = parameters['threads'], parameters['rounds']
    sys.setswitchinterval(parameters['switchInterval'] / 1000)
    barrier, ends = Barrier(threads + 1), []
    obj = objects[0]
    before = at_most = sys.getrefcount(obj)
    workers = [Thread(target=take_and_drop, args=(each, rounds, barrier, ends)) for each in objects]
    for thread in workers:
        thread.start()
    # Everybody is there, and waits once more: nobody has begun before the clock does.
    barrier.wait()
    began = time.perf_counter()
    barrier.wait()
    while any(thread.is_alive() for thread in workers):
        at_most = max(at_most, sys.getrefcount(obj))
        time.sleep(0.001)
    for thread in workers:
        thread.join()
    each = (max(ends) - began) * 1e9 / (threads * rounds)
    print(f'real: {sys.getrefcount(obj)} counted, {before} before; at most {at_most} meanwhile')
    print('each taken and dropped in %.3f ns' % each)

# all threads take references to one object
def shared(parameters):
    obj = object()
    run([obj] * parameters['threads'], parameters)

# each thread has an object of its own
def own(parameters):
    run([object() for _ in range(parameters['threads'])], parameters)
