# Written for Interleave, after Edsger W. Dijkstra's problem of the dining philosophers (1965).
import random
import time
from queue import Empty, Queue
from threading import Barrier, Event, Lock, Semaphore, Thread, current_thread

# What everybody at the table shares.
class Table:
    def __init__(self, n):
        self.seated = Barrier(n)
        self.served = Queue()
        self.over = Event()
        self.waiter = Semaphore(n - 1)

def busy(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass

def put_back(fork):
    try:
        fork.release()
    except RuntimeError:
        pass  # it was taken away: the deadlock was broken

def take(fork, over):
    fork.acquire()
    if not over.is_set():
        return True
    put_back(fork)
    return False

def tell(longest):
    print('%s: hungry for at most %.3f ms' % (current_thread().name, longest * 1000))

# Milliseconds in the form, seconds in the program.
def one_then_the_other(table, one, other, p):
    longest = 0
    table.seated.wait()
    for meal in range(p['meals']):
        time.sleep(p['think'] / 1000)
        hungry = time.perf_counter()
        if not take(one, table.over):
            return
        time.sleep(p['between'] / 1000)
        if not take(other, table.over):
            return
        longest = max(longest, time.perf_counter() - hungry)
        busy(p['eat'] / 1000)
        put_back(other)
        put_back(one)
        table.served.put(meal)
    tell(longest)

def ask_the_waiter(table, one, other, p):
    longest = 0
    table.seated.wait()
    for meal in range(p['meals']):
        time.sleep(p['think'] / 1000)
        hungry = time.perf_counter()
        table.waiter.acquire()
        if not take(one, table.over):
            return
        time.sleep(p['between'] / 1000)
        if not take(other, table.over):
            return
        longest = max(longest, time.perf_counter() - hungry)
        busy(p['eat'] / 1000)
        put_back(other)
        put_back(one)
        table.waiter.release()
        table.served.put(meal)
    tell(longest)

def try_the_other(table, one, other, p):
    longest = 0
    table.seated.wait()
    for meal in range(p['meals']):
        time.sleep(p['think'] / 1000)
        hungry = time.perf_counter()
        while True:
            if not take(one, table.over):
                return
            time.sleep(p['between'] / 1000)
            if other.acquire(False):
                break
            put_back(one)
            # Not the same time for all, or they would fail together for ever.
            time.sleep(random.random() * 2 * (p['between'] + p['eat']) / 1000)
        longest = max(longest, time.perf_counter() - hungry)
        busy(p['eat'] / 1000)
        put_back(other)
        put_back(one)
        table.served.put(meal)
    tell(longest)

def dine(philosopher, p, lowest_first=False):
    n = p['philosophers']
    forks = [Lock() for _ in range(n)]
    table = Table(n)
    threads = []
    for seat in range(n):
        left, right = forks[seat], forks[(seat + 1) % n]
        one, other = (right, left) if lowest_first and seat == n - 1 else (left, right)
        name = 'philosopher %d' % (seat + 1)
        threads.append(Thread(target=philosopher, args=(table, one, other, p), name=name))
    for thread in threads:
        thread.start()
    # A meal may take its time, even were all of them to compute in turn: only then patience begins.
    patience = p['patience'] + (p['think'] + p['between'] + n * p['eat']) / 1000
    try:
        for _ in range(n * p['meals']):
            table.served.get(True, patience)
    except Empty:
        print('no meal for %.2f s: the forks are taken away' % patience)
        table.over.set()
        for _ in range(n):
            table.waiter.release()
        for fork in forks:
            put_back(fork)
    for thread in threads:
        thread.join()

# naive: the left fork, then the right one
def naive(parameters):
    dine(one_then_the_other, parameters)

# ordered: the fork with the lower number first
def ordered(parameters):
    dine(one_then_the_other, parameters, True)

# waiter: lets all but one reach for their forks
def waiter(parameters):
    dine(ask_the_waiter, parameters)

# back-off: whoever does not get the second fork puts the first one back
def back_off(parameters):
    dine(try_the_other, parameters)
