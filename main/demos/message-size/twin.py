# Written for Interleave: messages of one size, from one sender to one receiver, by four ways.
import multiprocessing
import queue
import threading
import time

MIB = 1048576

# As many messages as asked for, but no more than the volume allows.
def count_of(parameters):
    return max(1, min(parameters['messages'], parameters['volume'] * MIB // parameters['size']))

def receive_all(receive, go, parameters):
    messages = count_of(parameters)
    # The first one is not counted: it says that the sender has started.
    receive()
    go.set()
    start = time.perf_counter()
    for _ in range(messages):
        receive()
    took = (time.perf_counter() - start) * 1000
    print('received %d messages of %d bytes in %.3f ms' % (messages, parameters['size'], took))

def put_all(q, go, messages, size):
    data = bytes(size)
    q.put(data)
    go.wait()
    for _ in range(messages):
        q.put(data)

def send_all(sender, go, messages, size):
    data = bytes(size)
    sender.send_bytes(data)
    go.wait()
    for _ in range(messages):
        sender.send_bytes(data)

def write_all(memory, free, written, go, messages, size):
    data = bytes(size)
    def write():
        place = free.get()
        memory.buf[place * size:(place + 1) * size] = data
        written.put(place)
    write()
    go.wait()
    for _ in range(messages):
        write()
    memory.close()

# a queue between threads
def thread_queue(parameters):
    q, go = queue.Queue(), threading.Event()
    args = (q, go, count_of(parameters), parameters['size'])
    sender = threading.Thread(target=put_all, args=args)
    sender.start()
    receive_all(q.get, go, parameters)
    sender.join()

# a queue between processes
def process_queue(parameters):
    q, go = multiprocessing.Queue(), multiprocessing.Event()
    args = (q, go, count_of(parameters), parameters['size'])
    sender = multiprocessing.Process(target=put_all, args=args)
    sender.start()
    receive_all(q.get, go, parameters)
    sender.join()

# a pipe between processes
def pipe(parameters):
    receiver, theirs = multiprocessing.Pipe(False)
    go = multiprocessing.Event()
    args = (theirs, go, count_of(parameters), parameters['size'])
    sender = multiprocessing.Process(target=send_all, args=args)
    sender.start()
    receive_all(receiver.recv_bytes, go, parameters)
    sender.join()

# memory that both see: only the place of a message is sent
def shared_memory(parameters):
    from multiprocessing.shared_memory import SharedMemory
    size = parameters['size']
    # 64 MiB of it, unless four messages need more.
    places = max(4, min(256, 64 * MIB // size))
    memory = SharedMemory(create=True, size=places * size)
    try:
        free, written = multiprocessing.Queue(), multiprocessing.Queue()
        go = multiprocessing.Event()
        for place in range(places):
            free.put(place)
        args = (memory, free, written, go, count_of(parameters), size)
        sender = multiprocessing.Process(target=write_all, args=args)
        sender.start()
        def read():
            place = written.get()
            last = memory.buf[(place + 1) * size - 1]
            free.put(place)
            return last
        receive_all(read, go, parameters)
        sender.join()
    finally:
        memory.close()
        memory.unlink()
