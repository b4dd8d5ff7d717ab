# Written for Interleave: the note gives reference counting as the GIL's reason, and has no program about it.
import sys
import time
from threading import Barrier, Thread

# so many references at a time
HANDFUL = 100

def take_and_drop(obj, rounds, start):
    mine = []
    start.wait()
    for _ in range(rounds // HANDFUL):
        for _ in range(HANDFUL):
            mine.append(obj) # counts one more
        for _ in range(HANDFUL):
            mine.pop() # counts one less

def run(objects, parameters):
    threads, rounds = parameters['threads'], parameters['rounds']
    start = Barrier(threads)
    obj = objects[0]
    before = at_most = sys.getrefcount(obj)
    workers = [Thread(target=take_and_drop, args=(each, rounds, start)) for each in objects]
    began = time.perf_counter()
    for thread in workers:
        thread.start()
    while any(thread.is_alive() for thread in workers):
        at_most = max(at_most, sys.getrefcount(obj))
        time.sleep(0.001)
    each = (time.perf_counter() - began) * 1e9 / (threads * rounds)
    for thread in workers:
        thread.join()
    print(f'real: {sys.getrefcount(obj)} counted, {before} before; at most {at_most} meanwhile')
    print('each taken and dropped in %.3f ns' % each)

# all threads take references to one object
def shared(parameters):
    obj = object()
    run([obj] * parameters['threads'], parameters)

# each thread has an object of its own
def own(parameters):
    run([object() for _ in range(parameters['threads'])], parameters)
