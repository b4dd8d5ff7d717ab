# Written for Interleave: the note has no program about fairness.
import time
from collections import deque
from threading import Lock, Thread

class HandOffLock:
    """CPython has none: a queue of locks, one for each thread that waits."""

    def __init__(self):
        self._mutex = Lock()
        self._held = False
        self._waiters = deque()

    def __enter__(self):
        with self._mutex:
            if not self._held:
                self._held = True
                return
            turn = Lock()
            turn.acquire()
            self._waiters.append(turn)
        turn.acquire()

    def __exit__(self, *_):
        with self._mutex:
            if self._waiters:
                self._waiters.popleft().release()
            else:
                self._held = False

def busy(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass

def worker(lock, rounds, held, outside):
    for _ in range(rounds):
        with lock:
            busy(held)
        busy(outside)

def run(lock, parameters):
    # Milliseconds in the form, seconds in the program.
    args = (lock, parameters['rounds'], parameters['held'] / 1000, parameters['outside'] / 1000)
    threads = [Thread(target=worker, args=args) for _ in range(parameters['threads'])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

# barging: whoever comes first gets it, as in CPython
def barging(parameters):
    run(Lock(), parameters)

# hand-off: whoever has waited longest gets it
def hand_off(parameters):
    run(HandOffLock(), parameters)
