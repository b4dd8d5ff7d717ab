# Written for Interleave: why the note's senders are terminated, or told by an event, and not only joined.
import multiprocessing
import queue
import time
from threading import Event, Thread

# sender (background)
def sender(q, interval):
    x = 0
    while True:
        q.put(x)
        x += 1
        time.sleep(interval)

# receiver (foreground)
def receive(q, parameters):
    for _ in range(parameters['items']):
        q.get()

def report(call, start, is_alive):
    took = (time.perf_counter() - start) * 1000
    print('%s took %.3f ms: the sender %s' % (call, took, 'is still alive' if is_alive else 'has ended'))

# a process, and join: it waits for an end that never comes
def join(parameters):
    q = multiprocessing.Queue()
    p = multiprocessing.Process(target=sender, args=(q, parameters['interval'] / 1000))
    p.start()
    receive(q, parameters)
    start = time.perf_counter()
    p.join(parameters['patience']) # without a timeout, for ever
    report('join()', start, p.is_alive())
    p.terminate()
    p.join()

# a process, and terminate
def terminate(parameters):
    q = multiprocessing.Queue()
    p = multiprocessing.Process(target=sender, args=(q, parameters['interval'] / 1000))
    p.start()
    receive(q, parameters)
    start = time.perf_counter()
    p.terminate()
    p.join(parameters['patience'])
    report('terminate() and join()', start, p.is_alive())

# a daemon: it is terminated when the program ends
def daemon(parameters):
    q = multiprocessing.Queue()
    p = multiprocessing.Process(target=sender, args=(q, parameters['interval'] / 1000), daemon=True)
    p.start()
    receive(q, parameters)
    report('nothing', time.perf_counter(), p.is_alive())

# a thread that nobody can tell to end; so that this program ends, it ends by itself after a while
def sender_for_a_while(q, interval, seconds):
    end = time.perf_counter() + seconds
    x = 0
    while time.perf_counter() < end:
        q.put(x)
        x += 1
        time.sleep(interval)

# a thread, and join: it waits for an end that nobody can bring about
def thread_without_event(parameters):
    interval, patience = parameters['interval'] / 1000, parameters['patience']
    q = queue.Queue()
    longer = 2 * parameters['items'] * interval + 2 * patience
    t = Thread(target=sender_for_a_while, args=(q, interval, longer))
    t.start()
    receive(q, parameters)
    start = time.perf_counter()
    t.join(patience) # without a timeout, for ever; a thread has no terminate() and no kill()
    report('join()', start, t.is_alive())

# a thread that looks at an event
def sender_until(q, exit_event, interval):
    x = 0
    while not exit_event.is_set():
        q.put(x)
        x += 1
        time.sleep(interval)

def thread_with_event(parameters):
    q, exit_event = queue.Queue(), Event()
    t = Thread(target=sender_until, args=(q, exit_event, parameters['interval'] / 1000))
    t.start()
    receive(q, parameters)
    start = time.perf_counter()
    exit_event.set()
    t.join(parameters['patience'])
    report('set() and join()', start, t.is_alive())
