# Written for Interleave: the note has no program about contention.
import time
from threading import Lock, Thread

THREADS = 4
ROUNDS = 400
HELD = 0.001
OUTSIDE = 0.001

def busy(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass

def worker(lock):
    for _ in range(ROUNDS):
        with lock:
            busy(HELD)
        busy(OUTSIDE)

def run(locks):
    threads = [Thread(target=worker, args=(lock,)) for lock in locks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

# one lock
lock = Lock()
run([lock] * THREADS)

# a lock for each thread
run([Lock() for _ in range(THREADS)])
