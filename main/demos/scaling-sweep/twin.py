# Written for Interleave: work that is shared out, with a part that only one can do at a time.
import multiprocessing
import sys
import threading
import time

# Arithmetic steps of one piece of work: a fifth to a third of a millisecond.
PIECE = 2500

def compute(steps):
    value = 0
    for _ in range(steps):
        value = (value * 1664525 + 1013904223) & 0xffffffff
    return value

def worker(lock, barrier, pieces, alone, together):
    barrier.wait()
    for _ in range(pieces):
        if alone > 0:
            with lock:
                compute(alone)
        compute(together)
    barrier.wait()

def run(Worker, lock, barrier, parameters):
    sys.setswitchinterval(parameters['switchInterval'] / 1000)
    threads, pieces = parameters['threads'], parameters['pieces']
    # Under the lock: the serial share, and one exchange with each of the others.
    share = parameters['serial'] + parameters['exchange'] * (threads - 1)
    alone = round(PIECE * share / 100)
    together = PIECE - round(PIECE * parameters['serial'] / 100)
    workers = []
    for index in range(threads):
        own = (index + 1) * pieces // threads - index * pieces // threads
        workers.append(Worker(target=worker, args=(lock, barrier, own, alone, together)))
    for each in workers:
        each.start()
    # Everybody is there: how long it takes to start them is not what is asked here.
    barrier.wait()
    start = time.perf_counter()
    barrier.wait()
    print('worked %.3f ms' % ((time.perf_counter() - start) * 1000))
    for each in workers:
        each.join()

# threads: the build decides whether they share a GIL
def in_threads(parameters):
    run(threading.Thread, threading.Lock(), threading.Barrier(parameters['threads'] + 1), parameters)

# processes
def in_processes(parameters):
    barrier = multiprocessing.Barrier(parameters['threads'] + 1)
    run(multiprocessing.Process, multiprocessing.Lock(), barrier, parameters)
