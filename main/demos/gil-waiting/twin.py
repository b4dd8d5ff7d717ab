# Written for Interleave: the note says that the GIL harms CPU-bound programs; this one waits as well.
import sys
import time
from threading import Thread

def countdown(n):
    while n>0:
        n -= 1

def serve(rounds, parameters):
    share = parameters['waiting'] / 100
    for _ in range(rounds):
        countdown(round(parameters['count'] * (1 - share)))
        if share > 0:
            time.sleep(share * parameters['period'] / 1000)

# the rounds shared out among threads
def several_threads(parameters):
    sys.setswitchinterval(parameters['switchInterval'] / 1000)
    rounds, many = parameters['rounds'], parameters['threads']
    threads = []
    for index in range(many):
        share = (index + 1) * rounds // many - index * rounds // many
        threads.append(Thread(target=serve, args=(share, parameters)))
    start = time.time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print('Time taken in seconds -', time.time() - start)

# one thread does them all
def one_thread(parameters):
    start = time.time()
    serve(parameters['rounds'], parameters)
    print('Time taken in seconds -', time.time() - start)
