# Written for Interleave: the note calls fork unsafe, and has no program about it.
import multiprocessing
import time
import warnings
from threading import Event, Lock, Thread

# A lock of the module, such as a library has one for its own use.
LOCK = Lock()

# Longer than the child may take, seconds: then it hangs.
GRACE = 3

def hold(mine, taken, seconds):
    with mine:
        taken.set()
        time.sleep(seconds)

def child(connection, timeout):
    start = time.perf_counter()
    got = LOCK.acquire(timeout=timeout)
    connection.send((got, time.perf_counter() - start))
    if got:
        LOCK.release()

def start_while_held(method, parameters):
    mp = multiprocessing.get_context(method)
    taken = Event()
    holder = Thread(target=hold, args=(LOCK, taken, parameters['held'] / 1000))
    holder.start()
    taken.wait()
    receiver, sender = mp.Pipe(False)
    p = mp.Process(target=child, args=(sender, parameters['timeout']))
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter('always') # by default it is shown for code of the main module alone
        p.start()
    for warning in seen:
        print(f'{warning.category.__name__}: {warning.message}')
    if receiver.poll(parameters['timeout'] + GRACE):
        got, waited = receiver.recv()
        how = 'got the lock after' if got else 'gave up after'
        print('%s: the child %s %.3f ms' % (method, how, waited * 1000))
    else:
        waited = parameters['timeout'] + GRACE
        print('%s: the child said nothing for %.3f ms' % (method, waited * 1000))
        p.terminate()
    p.join()
    holder.join()
    print('here the lock is free' if LOCK.acquire(blocking=False) else 'here the lock is held')
    LOCK.release()

# a fresh process, with a lock of its own
def spawn(parameters):
    start_while_held('spawn', parameters)

# a copy of a small process that has only one thread and no locks
def forkserver(parameters):
    start_while_held('forkserver', parameters)

# a copy of this process: its locks as they are, of its threads only the one that forks
def fork(parameters):
    start_while_held('fork', parameters)
