# Written for Interleave: the note has no program about fairness.
import time
from collections import deque
from threading import Lock, Thread

THREADS = 4
ROUNDS = 400
HELD = 0.0002
OUTSIDE = 0.0

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

def worker(lock):
    for _ in range(ROUNDS):
        with lock:
            busy(HELD)
        busy(OUTSIDE)

def run(lock):
    threads = [Thread(target=worker, args=(lock,)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

# barging: whoever comes first gets it, as in CPython
run(Lock())

# hand-off: whoever has waited longest gets it
run(HandOffLock())
