# Written for Interleave: the note names the start methods, and has no program about them.
import multiprocessing
import time

def hello(connection):
    connection.send('started')
    connection.close()

def start_all(method, parameters):
    mp = multiprocessing.get_context(method)
    for _ in range(parameters['processes']):
        receiver, sender = mp.Pipe(False)
        p = mp.Process(target=hello, args=(sender,))
        start = time.perf_counter()
        p.start()
        receiver.recv()
        print('%s: started in %.3f ms' % (method, (time.perf_counter() - start) * 1000))
        p.join()
        receiver.close()
        sender.close()

# a fresh process each time
def spawn(parameters):
    start_all('spawn', parameters)

# a copy of a small process that was made ready beforehand
def forkserver(parameters):
    start_all('forkserver', parameters)

# a copy of this process
def fork(parameters):
    start_all('fork', parameters)
