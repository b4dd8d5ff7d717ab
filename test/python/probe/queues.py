"""Every class of queue."""
import queue, threading, pickle, time, weakref
class Own(queue.Queue):
    def _put(self, item): super()._put(item)
class Rand(queue.PriorityQueue):
    def _get(self): return self.queue.pop()
qs = [queue.Queue(2), queue.LifoQueue(), queue.PriorityQueue(), Own(), Rand(), queue.SimpleQueue()]
for q in qs:
    q.put(3); q.put(1)
    print(q.get(), q.get_nowait(), type(q).__name__, type(q).__module__, isinstance(q, (queue.Queue, queue.SimpleQueue)))
    try: q.get(timeout=0.01)
    except queue.Empty as e: print('empty')
    try: q.get(block=False)
    except queue.Empty as e: print('empty')
    try: q.get(timeout=-1)
    except ValueError as e: print(e)
    try: pickle.dumps(q)
    except TypeError as e: print(e)
    t = threading.Thread(target=q.get); t.start(); time.sleep(0.002); q.put(5); t.join()
    if hasattr(q,'join'):
        for i in range(3): q.task_done()
        q.join()
        try: q.task_done()
        except ValueError as e: print(e)
q = qs[0]; q.put(1); q.put(2)
try: q.put(3, timeout=0.003)
except queue.Full: print('full')
q.queue.clear(); q.put(9); q.get()
if hasattr(q,'shutdown'):
    q.shutdown()
    try: q.get()
    except queue.ShutDown: print('shut')
print(repr(qs[5])[:18], weakref.ref(qs[5])() is qs[5])
