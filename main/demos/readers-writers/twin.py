# Written for Interleave, after Courtois, Heymans and Parnas (1971).
import random
import time
from collections import deque
from threading import Barrier, Lock, Semaphore, Thread, current_thread

# Nobody is kept out.
class NoLock:
    def begin_read(self): pass
    def end_read(self): pass
    def begin_write(self): pass
    def end_write(self): pass

# One at a time, whoever it is.
class Mutex:
    def __init__(self):
        mutex = Lock()
        self.begin_read = self.begin_write = mutex.acquire
        self.end_read = self.end_write = mutex.release

# The first reader keeps the writers out, the last one lets them in.
class ReadersFirst:
    def __init__(self):
        self.mutex = Semaphore(1)
        self.w = Semaphore(1)
        self.readers = 0

    def begin_read(self):
        self.mutex.acquire()
        self.readers += 1
        if self.readers == 1:
            self.w.acquire()
        self.mutex.release()

    def end_read(self):
        self.mutex.acquire()
        self.readers -= 1
        if self.readers == 0:
            self.w.release()
        self.mutex.release()

    def begin_write(self):
        self.w.acquire()

    def end_write(self):
        self.w.release()

# The first writer keeps new readers out as well, the last one lets them in.
class WritersFirst:
    def __init__(self):
        self.mutex1, self.mutex2, self.mutex3 = Semaphore(1), Semaphore(1), Semaphore(1)
        self.r, self.w = Semaphore(1), Semaphore(1)
        self.readers = self.writers = 0

    def begin_read(self):
        self.mutex3.acquire()
        self.r.acquire()
        self.mutex1.acquire()
        self.readers += 1
        if self.readers == 1:
            self.w.acquire()
        self.mutex1.release()
        self.r.release()
        self.mutex3.release()

    def end_read(self):
        self.mutex1.acquire()
        self.readers -= 1
        if self.readers == 0:
            self.w.release()
        self.mutex1.release()

    def begin_write(self):
        self.mutex2.acquire()
        self.writers += 1
        if self.writers == 1:
            self.r.acquire()
        self.mutex2.release()
        self.w.acquire()

    def end_write(self):
        self.w.release()
        self.mutex2.acquire()
        self.writers -= 1
        if self.writers == 0:
            self.r.release()
        self.mutex2.release()

# Handed to whoever has waited longest. CPython has none: a queue of locks, one for each that waits.
class Turnstile:
    def __init__(self):
        self.mutex = Lock()
        self.held = False
        self.waiters = deque()

    def acquire(self):
        with self.mutex:
            if not self.held:
                self.held = True
                return
            turn = Lock()
            turn.acquire()
            self.waiters.append(turn)
        turn.acquire()

    def release(self):
        with self.mutex:
            if self.waiters:
                self.waiters.popleft().release()
            else:
                self.held = False

# As readers first, but everybody goes through a turnstile, in the order they came.
class Fair(ReadersFirst):
    def __init__(self):
        super().__init__()
        self.turnstile = Turnstile()

    def begin_read(self):
        self.turnstile.acquire()
        super().begin_read()
        self.turnstile.release()

    def begin_write(self):
        self.turnstile.acquire()
        super().begin_write()
        self.turnstile.release()

def tell(times, done, longest, total):
    waited = '%.3f ms on average, %.3f ms at most' % (total / times * 1000, longest * 1000)
    print('%s: %d %s, waited %s' % (current_thread().name, times, done, waited))

# Milliseconds in the form, seconds in the program.
def reader(ready, room, record, p):
    longest = total = torn = 0
    ready.wait()
    for _ in range(p['rounds']):
        time.sleep(p['pause'] / 1000)
        start = time.perf_counter()
        room.begin_read()
        waited = time.perf_counter() - start
        first = record[0]
        # Not in step with the others.
        time.sleep(random.random() * 2 * p['read'] / 1000)
        if record[1] != first:
            torn += 1
        room.end_read()
        longest = max(longest, waited)
        total += waited
    tell(p['rounds'], 'reads', longest, total)
    if torn > 0:
        print('%d reads saw a record that was half written' % torn)

def writer(ready, room, record, p):
    longest = total = 0
    ready.wait()
    for _ in range(p['rounds']):
        time.sleep(p['pause'] / 1000)
        start = time.perf_counter()
        room.begin_write()
        waited = time.perf_counter() - start
        record[0] += 1
        time.sleep(p['write'] / 1000)
        record[1] = record[0]
        room.end_write()
        longest = max(longest, waited)
        total += waited
    tell(p['rounds'], 'writes', longest, total)

def run(room, p):
    record = [0, 0]
    # All begin at one time, however long it takes until each of them has been started.
    ready = Barrier(p['readers'] + p['writers'])
    readers = [
        Thread(target=reader, args=(ready, room, record, p), name='reader %d' % (index + 1))
        for index in range(p['readers'])
    ]
    writers = [
        Thread(target=writer, args=(ready, room, record, p), name='writer %d' % (index + 1))
        for index in range(p['writers'])
    ]
    for thread in readers + writers:
        thread.start()
    for thread in readers + writers:
        thread.join()

# readers first
def readers_first(parameters):
    run(ReadersFirst(), parameters)

# writers first
def writers_first(parameters):
    run(WritersFirst(), parameters)

# fair: in the order they came
def fair(parameters):
    run(Fair(), parameters)

# one at a time
def mutex(parameters):
    run(Mutex(), parameters)

# no lock: wrong
def no_lock(parameters):
    run(NoLock(), parameters)
