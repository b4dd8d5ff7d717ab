# Written for Interleave: the same hand-over, with two mistakes, without, and by a queue.
import random
import time
from queue import Queue
from threading import Condition, Semaphore, Thread, current_thread

END = -1
NOTHING = 0

# One place for an item, a condition that says it is there, and a semaphore that it is free.
class Slot:
    def __init__(self):
        self.item = NOTHING
        self.changed = Condition()
        self.free = Semaphore(1)

# On average so long: nobody is in step with the others.
def work(milliseconds):
    time.sleep(random.random() * 2 * milliseconds / 1000)

# An item is there, and the one who waited for it does not know.
def tell(got, lost, for_nothing):
    told = '%d items, %d times asleep beside one, %d times up for nothing' % (got, lost, for_nothing)
    print('%s: %s' % (current_thread().name, told))

# Seconds and milliseconds in the form, seconds in the program.
def producer(slot, p):
    for item in list(range(1, p['items'] + 1)) + [END] * p['consumers']:
        work(p['produce'])
        slot.free.acquire()
        with slot.changed:
            slot.item = item
            slot.changed.notify()
            time.sleep(p['window'] / 1e6)

# Takes what is there; NOTHING: another one was faster.
def take_it(slot):
    item = slot.item
    if item != NOTHING:
        slot.item = NOTHING
        slot.free.release()
    return item

# The lock is held. Whether it slept its whole timeout beside an item that was there before.
def wait_beside(slot, timeout):
    there = slot.item
    return not slot.changed.wait(timeout) and there != NOTHING and slot.item == there

def look_outside(slot, p):
    got = lost = 0
    while True:
        while slot.item == NOTHING:
            time.sleep(p['window'] / 1e6)
            with slot.changed:
                if wait_beside(slot, p['timeout']):
                    lost += 1
        with slot.changed:
            item = take_it(slot)
        if item == END:
            break
        if item != NOTHING:
            got += 1
            work(p['consume'])
    tell(got, lost, 0)

def if_inside(slot, p):
    got = for_nothing = 0
    while True:
        with slot.changed:
            if slot.item == NOTHING:
                # Woken, and not by the timeout: it was told that there is something.
                if slot.changed.wait(p['timeout']) and slot.item == NOTHING:
                    for_nothing += 1
            item = take_it(slot)
        if item == END:
            break
        if item != NOTHING:
            got += 1
            work(p['consume'])
    tell(got, 0, for_nothing)

def while_inside(slot, p):
    got = lost = for_nothing = 0
    while True:
        with slot.changed:
            while slot.item == NOTHING:
                if wait_beside(slot, p['timeout']):
                    lost += 1
            item = take_it(slot)
        if item == END:
            break
        if item == NOTHING:
            for_nothing += 1
        else:
            got += 1
            work(p['consume'])
    tell(got, lost, for_nothing)

def run(consumer, given, at_least):
    p = dict(given, consumers=max(given['consumers'], at_least))
    slot = Slot()
    threads = [
        Thread(target=consumer, args=(slot, p), name='consumer %d' % (index + 1))
        for index in range(p['consumers'])
    ]
    threads.append(Thread(target=producer, args=(slot, p), name='producer'))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

# look outside: the place is looked at before the lock is held
def outside(parameters):
    run(look_outside, parameters, 1)

# if: looked at under the lock, but not again after the wait
def only_if(parameters):
    run(if_inside, parameters, 3)

# while, under the lock: correct
def correct(parameters):
    run(while_inside, parameters, 1)

# the same with as many consumers as only_if
def correct_for_three(parameters):
    run(while_inside, parameters, 3)

def putting(q, p):
    for item in range(1, p['items'] + 1):
        work(p['produce'])
        q.put(item)
    for _ in range(p['consumers']):
        q.put(END)

def getting(q, p):
    got = 0
    while q.get() != END:
        got += 1
        work(p['consume'])
    tell(got, 0, 0)

# a queue of one place
def queue(parameters):
    q = Queue(1)
    threads = [
        Thread(target=getting, args=(q, parameters), name='consumer %d' % (index + 1))
        for index in range(parameters['consumers'])
    ]
    threads.append(Thread(target=putting, args=(q, parameters), name='producer'))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
