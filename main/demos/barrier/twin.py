# Written for Interleave: phases with one slow member.
import time
from threading import Barrier, Lock, Thread

# Member 1 is slow; when it wanders, another one in each phase.
def slowness(member, phase, p):
    slow = phase % p['parties'] if p['wanders'] > 0 else 0
    return p['factor'] if member == slow else 1

# Milliseconds in the form, seconds in the program.
def together(ready, barrier, member, p):
    ready.wait()
    for phase in range(p['phases']):
        time.sleep(p['work'] * slowness(member, phase, p) / 1000)
        barrier.wait()

def on_its_own(ready, member, p):
    ready.wait()
    for phase in range(p['phases']):
        time.sleep(p['work'] * slowness(member, phase, p) / 1000)

# The next piece of a phase, to whoever comes for it.
def take(lock, taken, phase):
    with lock:
        piece = taken[phase]
        taken[phase] += 1
        return piece

def in_pieces(ready, barrier, lock, taken, member, p):
    ready.wait()
    for phase in range(p['phases']):
        while take(lock, taken, phase) < p['parties'] * p['pieces']:
            time.sleep(p['work'] * slowness(member, phase, p) / p['pieces'] / 1000)
        barrier.wait()

def run_all(threads):
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

# All begin at one time, however long it takes until each of them has been started.
def ready_for(p):
    return Barrier(p['parties'])

# barrier: nobody begins a phase before all have ended the one before
def barrier(parameters):
    p = parameters
    ready, phase = ready_for(p), Barrier(p['parties'])
    run_all([
        Thread(target=together, args=(ready, phase, member, p), name='member %d' % (member + 1))
        for member in range(p['parties'])
    ])

# no barrier: the phases overlap
def no_barrier(parameters):
    p = parameters
    ready = ready_for(p)
    run_all([
        Thread(target=on_its_own, args=(ready, member, p), name='member %d' % (member + 1))
        for member in range(p['parties'])
    ])

# in pieces: each phase's work goes to whoever is free
def pieces(parameters):
    p = parameters
    ready, phase, lock = ready_for(p), Barrier(p['parties']), Lock()
    taken = [0] * p['phases']
    run_all([
        Thread(target=in_pieces, args=(ready, phase, lock, taken, member, p), name='member %d' % (member + 1))
        for member in range(p['parties'])
    ])
