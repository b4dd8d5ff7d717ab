# Written for Interleave: the note's three ways with the parameters of the form.
import time
from multiprocessing import Pool

# How long a call works: every worker is told once, before its first task.
seconds = 0

def set_up(milliseconds):
    global seconds
    seconds = milliseconds / 1000

def do_some_thing():
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass

def f(x):
    do_some_thing()
    return x

def pool_of(parameters):
    return Pool(parameters['workers'], initializer=set_up, initargs=(parameters['work'],))

# method 1
def method1(parameters):
    p = pool_of(parameters)
    p.map(f, list(range(parameters['items'])))
    p.close()
    p.join()

# method 2
def method2(parameters):
    with pool_of(parameters) as p:
        p.map(f, list(range(parameters['items'])))

def shortened(res):
    """The first three and the last."""
    return ', '.join(map(str, res[:3] + ['...', res[-1]] if len(res) > 4 else res))

# with return values
def results(parameters):
    with pool_of(parameters) as p:
        res = p.map(f, list(range(parameters['items'])))
        print('res: [%s]' % shortened(res))
        print('results:', len(res))
        print('in order:', str(res == list(range(parameters['items']))).lower())
