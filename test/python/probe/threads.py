"""Every class of threading, used as in one's first program with it."""
import threading
import time

lock = threading.Lock()
nested = threading.RLock()
condition = threading.Condition()
semaphore = threading.Semaphore(1)
event = threading.Event()
barrier = threading.Barrier(2)
box = []


def work():
    with lock:
        time.sleep(0.02)
    with nested:
        with nested:
            nested.acquire()
        nested.release()
    with condition:
        box.append(1)
        condition.notify()
    semaphore.acquire()
    time.sleep(0.01)
    semaphore.release()
    event.wait()
    barrier.wait()
    with condition:
        print(condition.wait(0.01))
    raise ZeroDivisionError('as it should')


thread = threading.Thread(target=work, name='worker')
thread.start()
time.sleep(0.005)
with lock:
    pass
with condition:
    condition.wait_for(lambda: box)
with semaphore:
    pass
event.set()
barrier.wait()
thread.join()
timer = threading.Timer(0.01, print, ['timer'])
timer.start()
timer.join()
daemon = threading.Thread(target=time.sleep, args=(60,), daemon=True)
daemon.start()
print('the end')
threading.Thread(target=lambda: (time.sleep(0.02), print('after the end', flush=True))).start()
