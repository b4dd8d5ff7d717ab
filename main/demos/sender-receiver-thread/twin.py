# Written for Interleave: the note's program with the parameters of the form.
import time
from queue import Queue
from threading import Thread, Event

class A:
    def __init__(self, interval):
        self.q = Queue()
        self.exit_event = Event()

        # sender (background)
        def sender():
            x = 0
            while True:
                # threading does not have a terminate() or kill(), so we manually handle the exit
                if self.exit_event.is_set():
                    break
                self.q.put(x)
                x += 1
                time.sleep(interval)

        self.p = Thread(target=sender)

        self.p.start()

    def run(self, items, interval):

        # receiver (foreground)
        for _ in range(items):
            x = self.q.get()
            print(x)
            time.sleep(interval)

        # set exit event
        self.exit_event.set()
        self.p.join()

def run(parameters):
    a = A(parameters['interval'])
    a.run(parameters['items'], parameters['interval'])
