# Written for Interleave: counters of several workers, close together or far apart in memory.
# Threads under a GIL never write at the same time, so that the workers are processes.
import multiprocessing
import time

# Bytes of a counter: counters begin at multiples of it.
CELL = 8
# Bytes: further apart than any line of a cache is long, and the pairs of lines that are fetched.
APART = 512

def count(cells, place, n, barrier):
    barrier.wait()
    while n > 0:
        cells[place] += 1
        n -= 1
    barrier.wait()

def run(parameters, stride):
    threads, increments = parameters['threads'], parameters['increments']
    # Cells of 8 bytes in memory that all processes see, without a lock.
    cells = multiprocessing.RawArray('q', threads * stride // CELL + 1)
    barrier = multiprocessing.Barrier(threads + 1)
    workers = []
    for index in range(threads):
        args = (cells, index * stride // CELL, increments, barrier)
        workers.append(multiprocessing.Process(target=count, args=args))
    for each in workers:
        each.start()
    barrier.wait()
    start = time.perf_counter()
    barrier.wait()
    took = (time.perf_counter() - start) * 1000
    print('%d increments %d bytes apart in %.3f ms' % (threads * increments, stride, took))
    for each in workers:
        each.join()

# counters as far apart as the form says, rounded down
def adjacent(parameters):
    run(parameters, parameters['stride'] // CELL * CELL)

# counters far apart: each has a line of the cache of its own
def padded(parameters):
    run(parameters, APART)
