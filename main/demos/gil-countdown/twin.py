# Written for Interleave: the note's countdown with the parameters of the form.
import sys
import time
from multiprocessing import Process
from threading import Thread

def countdown(n):
    while n>0:
        n -= 1

# two-thread
def several_threads(parameters):
    sys.setswitchinterval(parameters['switchInterval'] / 1000)
    share = parameters['count'] // parameters['threads']
    threads = [Thread(target=countdown, args=(share,)) for _ in range(parameters['threads'])]
    start = time.time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print('Time taken in seconds -', time.time() - start)

# single-thread
def one_thread(parameters):
    start = time.time()
    countdown(parameters['count'])
    print('Time taken in seconds -', time.time() - start)

# the same with processes
def several_processes(parameters):
    share = parameters['count'] // parameters['threads']
    processes = [Process(target=countdown, args=(share,)) for _ in range(parameters['threads'])]
    start = time.time()
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print('Time taken in seconds -', time.time() - start)
