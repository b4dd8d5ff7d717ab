# Written for Interleave: a pool that maps over items of uneven cost, in chunks of some length.
import multiprocessing
import time

# Arithmetic steps of one piece of work: a fifth to a third of a millisecond.
PIECE = 2500

# What a call works: every worker is told once, before its first task.
call = {}

def set_up(ready, items, pieces, uneven):
    call.update(items=items, pieces=pieces, uneven=uneven)
    ready.release()

# The last item costs `uneven` times as much as the first one, and all together as if all were alike.
def steps_of(item):
    place = item / (call['items'] - 1) if call['items'] > 1 else 0.5
    uneven = call['uneven']
    return round(PIECE * call['pieces'] * (1 + (uneven - 1) * place) / ((1 + uneven) / 2))

def f(item):
    start = time.perf_counter()
    value = item
    for _ in range(steps_of(item)):
        value = (value * 1664525 + 1013904223) & 0xffffffff
    end = time.perf_counter()
    return multiprocessing.current_process().name, end - start, end

def report(calls, start, end):
    for worker in dict.fromkeys(name for name, _, _ in calls):
        own = [(took, over) for name, took, over in calls if name == worker]
        busy = sum(took for took, _ in own) * 1000
        done = (max(over for _, over in own) - start) * 1000
        print('%s: %d calls, busy %.3f ms, done after %.3f ms' % (worker, len(own), busy, done))
    print('mapped %d calls in %.3f ms' % (len(calls), (end - start) * 1000))

def run(parameters, chunksize):
    workers, items = parameters['workers'], parameters['items']
    ready = multiprocessing.Semaphore(0)
    initargs = (ready, items, parameters['pieces'], parameters['uneven'])
    with multiprocessing.Pool(workers, initializer=set_up, initargs=initargs) as p:
        # How long the workers take to start is not what is asked here.
        for _ in range(workers):
            ready.acquire()
        values = list(range(items))
        start = time.perf_counter()
        calls = p.map(f, values, chunksize)
        report(calls, start, time.perf_counter())

# chunks as long as the form says
def chunks(parameters):
    run(parameters, parameters['chunksize'])

# CPython's rule: four chunks for each worker, and one more where that does not come out even
def rule(parameters):
    run(parameters, None)
