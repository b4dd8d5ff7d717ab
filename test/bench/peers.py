"""The same measurements in CPython: `python3 peers.py NAME` prints one figure a line."""
import multiprocessing
import multiprocessing.pool
import queue
import sys
import threading
from time import perf_counter

ROUNDS = 5
ITEMS = {
    "a number": (50_000, lambda: 42),
    "a small object": (20_000, lambda: {"id": 7, "name": "item", "values": [1, 2.5, 3]}),
    "1 KiB": (20_000, lambda: bytes(1024)),
    "1 MiB": (100, lambda: bytes(2**20)),
}


def lock_alone():
    lock = threading.Lock()
    pairs = 100_000
    begun = perf_counter()
    for _ in range(pairs):
        with lock:
            pass
    return (perf_counter() - begun) / pairs * 1e9


def process_lock_alone():
    lock = multiprocessing.Lock()
    pairs = 100_000
    begun = perf_counter()
    for _ in range(pairs):
        with lock:
            pass
    return (perf_counter() - begun) / pairs * 1e9


def lock_often(lock, pairs):
    for _ in range(pairs):
        with lock:
            pass


def lock_by_two():
    lock, pairs = threading.Lock(), 200_000
    both = [threading.Thread(target=lock_often, args=(lock, pairs)) for _ in range(2)]
    begun = perf_counter()
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    return 2 * pairs / (perf_counter() - begun)


def put_many(q, name):
    count, make = ITEMS[name]
    item = make()
    for _ in range(count):
        q.put(item)


def one_to_one(q, putter, name):
    count = ITEMS[name][0]
    putter.start()
    q.get()
    begun = perf_counter()
    for _ in range(count - 1):
        q.get()
    rate = (count - 1) / (perf_counter() - begun)
    putter.join()
    return rate


def thread_queue(name):
    q = queue.Queue()
    return one_to_one(q, threading.Thread(target=put_many, args=(q, name)), name)


def process_queue(name):
    q = multiprocessing.Queue()
    return one_to_one(q, multiprocessing.Process(target=put_many, args=(q, name)), name)


def countdown(n):
    while n > 0:
        n -= 1


def timed(threads):
    count = 6_000_000
    everyone = [threading.Thread(target=countdown, args=(count // threads,)) for _ in range(threads)]
    begun = perf_counter()
    for thread in everyone:
        thread.start()
    for thread in everyone:
        thread.join()
    return perf_counter() - begun


def two_over_one():
    return timed(2) / timed(1)


def start_thread():
    at = [0.0]

    def stamp():
        at[0] = perf_counter()

    begun = perf_counter()
    thread = threading.Thread(target=stamp)
    thread.start()
    thread.join()
    return (at[0] - begun) * 1e6


def put_time(q):
    q.put(perf_counter())


def start_process(method):
    context = multiprocessing.get_context(method)
    q = context.SimpleQueue()
    process = context.Process(target=put_time, args=(q,))
    begun = perf_counter()
    process.start()
    begins = q.get()
    process.join()
    return (begins - begun) * 1e3


def square(x):
    return x * x


def busy(x):
    until = perf_counter() + 0.001
    while perf_counter() < until:
        pass
    return x


def pool_map(kind, what, length):
    make = multiprocessing.Pool if kind == "processes" else multiprocessing.pool.ThreadPool
    values = list(range(int(length)))
    with make(2) as pool:
        pool.map(globals()[what], values)
        begun = perf_counter()
        pool.map(globals()[what], values)
        return (perf_counter() - begun) * 1e3


def pool_apply(kind):
    make = multiprocessing.Pool if kind == "processes" else multiprocessing.pool.ThreadPool
    calls = 100
    with make(2) as pool:
        pool.apply(square, (1,))
        begun = perf_counter()
        for call in range(calls):
            pool.apply(square, (call,))
        return (perf_counter() - begun) / calls * 1e6


if __name__ == "__main__":
    measure = globals()[sys.argv[1]]
    for _ in range(ROUNDS):
        print(measure(*sys.argv[2:]), flush=True)
