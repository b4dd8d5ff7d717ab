"""
What is measured under CPython with the probe and without: `python3 python_measured.py NAME …`
prints one figure a line. It begins as most programs do that the probe is for.
"""
import queue
import sys
import threading
import time

ROUNDS = 3
clock = time.perf_counter


def nothing():
    """Only its start is measured."""


def countdown(n):
    while n > 0:
        n -= 1


def two_threads():
    """Milliseconds. Long enough that a few per cent are more than the threads' start."""
    for _ in range(2):
        both = [threading.Thread(target=countdown, args=(5000000,)) for _ in range(2)]
        begun = clock()
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        print((clock() - begun) * 1e3)


def lock_operations():
    """Nanoseconds for one of acquire and release."""
    lock, pairs = threading.Lock(), 20000
    for _ in range(ROUNDS):
        begun = clock()
        for _ in range(pairs):
            with lock:
                pass
        print((clock() - begun) / pairs / 2 * 1e9)
        # The reader takes what there is.
        time.sleep(0.02)


def queue_operations():
    """Nanoseconds for one of put and get."""
    q, pairs = queue.Queue(), 10000
    for _ in range(ROUNDS):
        begun = clock()
        for number in range(pairs):
            q.put(number)
            q.get()
        print((clock() - begun) / pairs / 2 * 1e9)
        time.sleep(0.02)


def counted(path, threads):
    """
    For ever: each thread takes and gives back a lock of its own, and then counts it, in memory that
    outlives the process. The counts are u64.
    """
    import mmap
    import struct

    def count(at):
        lock, done = threading.Lock(), 0
        while True:
            with lock:
                pass
            done += 1
            struct.pack_into("<Q", memory, at, done)
            if done % 1000 == 0:
                # The reader takes what there is.
                time.sleep(0.002)

    size = 8 * int(threads)
    with open(path, "w+b") as file:
        file.truncate(size)
        memory = mmap.mmap(file.fileno(), size)
    for at in range(0, size, 8):
        threading.Thread(target=count, args=(at,), daemon=True).start()
    print("counting", flush=True)
    time.sleep(60)


def now_and_then(times):
    """An event every 20 ms or so, and nothing else."""
    lock = threading.Lock()
    for number in range(int(times)):
        time.sleep(0.017 + number % 7 * 0.001)
        with lock:
            pass


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
