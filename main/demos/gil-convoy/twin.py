# Written for Interleave, after the experiments of David Beazley (2010) and of CPython's ccbench.
import socket
import sys
import time
from multiprocessing import Process
from threading import Event, Thread

# In a process of its own, which has another GIL: it never waits for this one.
def pinger(connection, pings, pause):
    trips = []
    for _ in range(pings):
        start = time.perf_counter()
        connection.send(b'.')
        connection.recv(1)
        trips.append(time.perf_counter() - start)
        if pause > 0:
            time.sleep(pause)
    for trip in trips:
        print('round trip %.3f ms' % (trip * 1000))

# The thread that does nothing but input and output.
def echo(connection, pings):
    for _ in range(pings):
        connection.send(connection.recv(1))

# A thread that only computes.
def compute(stop):
    n = 0
    while not stop.is_set():
        for step in range(1000):
            n = (n * 1664525 + step) & 0xffffffff

def against(threads, parameters):
    sys.setswitchinterval(parameters['switchInterval'] / 1000)
    pings = parameters['pings']
    ours, theirs = socket.socketpair()
    stop = Event()
    # Milliseconds in the form, seconds in the program.
    process = Process(target=pinger, args=(theirs, pings, parameters['pause'] / 1000))
    process.start()
    computing = [Thread(target=compute, args=(stop,)) for _ in range(threads)]
    for thread in computing:
        thread.start()
    echo(ours, pings)
    stop.set()
    for thread in computing:
        thread.join()
    process.join()

# nobody else wants the GIL
def alone(parameters):
    against(0, parameters)

# one thread computes
def one_thread(parameters):
    against(1, parameters)

# two threads compute
def two_threads(parameters):
    against(2, parameters)

# as many as the form says
def computing(parameters):
    against(parameters['computing'], parameters)
