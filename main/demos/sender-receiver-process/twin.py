# Written for Interleave: the note's two programs with the parameters of the form.
import time
from multiprocessing import Queue, Process

# sender (background)
def sender(q, interval):
    x = 0
    while True:
        q.put(x)
        x += 1
        time.sleep(interval)

def run(parameters):
    q = Queue()
    p = Process(target=sender, args=(q, parameters['interval']))

    p.start()

    # receiver (foreground)
    for _ in range(parameters['items']):
        x = q.get()
        print(x)
        time.sleep(parameters['interval'])

    p.terminate() # terminate sender (don't use join since it runs endlessly)

class A:
    def __init__(self, interval):
        self.q = Queue()
        # a module's function: a local one cannot be pickled for a process that is spawned
        self.p = Process(target=sender, args=(self.q, interval))

        self.p.start()

    def run(self, items, interval):

        # receiver (foreground)
        for _ in range(items):
            x = self.q.get()
            print(x)
            time.sleep(interval)

        self.p.terminate()

# a classy way
def run_class(parameters):
    a = A(parameters['interval'])
    a.run(parameters['items'], parameters['interval'])
