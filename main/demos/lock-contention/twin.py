# Written for Interleave: the note has no program about contention.
import time
from threading import Lock, Thread

def busy(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass

def worker(lock, rounds, held, outside):
    for _ in range(rounds):
        with lock:
            busy(held)
        busy(outside)

def run(locks, parameters):
    # Milliseconds in the form, seconds in the program.
    args = (parameters['rounds'], parameters['held'] / 1000, parameters['outside'] / 1000)
    threads = [Thread(target=worker, args=(lock, *args)) for lock in locks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

# one lock
def one_lock(parameters):
    lock = Lock()
    run([lock] * parameters['threads'], parameters)

# a lock for each thread
def lock_each(parameters):
    run([Lock() for _ in range(parameters['threads'])], parameters)
