# Written for Interleave: the note says what is shared and what is copied, and has no program about it.
import multiprocessing
import time
from queue import Queue
from threading import Thread

KIB = 1024
PAGE = 4096
CHANGED = 1

def where_is(obj):
    return 'at ' + hex(id(obj))

def change(obj):
    """Writes to every page of it: says where it is, and the seconds that it took to write to it."""
    start = time.perf_counter()
    for at in range(0, len(obj), PAGE):
        obj[at] = CHANGED
    return where_is(obj), time.perf_counter() - start

def hand_over(obj, give, answer):
    obj[:] = bytes(len(obj))
    start = time.perf_counter()
    give()
    where, written = answer()
    took = time.perf_counter() - start - written
    print(f"mine is {where_is(obj)}, the other's {where}")
    print('its change is seen' if obj[0] == CHANGED else 'its change is not seen')
    print('handed over in %.4f ms, written to in %.4f ms' % (took * 1000, written * 1000))

# a thread that was given the object when it was made
def sharing(obj, tasks, answers, rounds):
    for _ in range(rounds):
        tasks.get()
        answers.put(change(obj))

def thread(parameters):
    obj = bytearray(parameters['size'] * KIB)
    tasks, answers = Queue(), Queue()
    t = Thread(target=sharing, args=(obj, tasks, answers, parameters['rounds']))
    t.start()
    for _ in range(parameters['rounds']):
        hand_over(obj, lambda: tasks.put('change it'), answers.get)
    t.join()

# a thread that gets the object from a queue: Node copies it, CPython hands over a reference
def getting(tasks, answers, rounds):
    for _ in range(rounds):
        answers.put(change(tasks.get()))

def queue(parameters):
    obj = bytearray(parameters['size'] * KIB)
    tasks, answers = Queue(), Queue()
    t = Thread(target=getting, args=(tasks, answers, parameters['rounds']))
    t.start()
    for _ in range(parameters['rounds']):
        hand_over(obj, lambda: tasks.put(obj), answers.get)
    t.join()

# a process that gets the object from a pipe
def receiving(connection, rounds):
    connection.send('ready')
    for _ in range(rounds):
        connection.send(change(connection.recv()))

def process(parameters):
    obj = bytearray(parameters['size'] * KIB)
    mine, others = multiprocessing.Pipe()
    p = multiprocessing.Process(target=receiving, args=(others, parameters['rounds']))
    p.start()
    mine.recv()
    for _ in range(parameters['rounds']):
        hand_over(obj, lambda: mine.send(obj), mine.recv)
    p.join()

# a process that is given the object when it is started
def once(obj, connection):
    connection.send(change(obj))

def start(method, parameters):
    mp = multiprocessing.get_context(method)
    obj = bytearray(parameters['size'] * KIB)
    for _ in range(parameters['rounds']):
        mine, others = mp.Pipe()
        p = mp.Process(target=once, args=(obj, others))
        hand_over(obj, p.start, mine.recv)
        p.join()
        mine.close()
        others.close()

# pickled, for a fresh interpreter
def spawn(parameters):
    start('spawn', parameters)

# not pickled: the new process is a copy of this one, page by page as one of the two writes to it
def fork(parameters):
    start('fork', parameters)
