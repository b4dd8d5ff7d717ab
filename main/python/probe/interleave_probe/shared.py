"""What the patches of multiprocessing and concurrent.futures have in common."""
import os
import sys
import time
from itertools import count

from . import core, places
from .waiting import locate_wait

#: Attribute of a traced object: its Mark. Nothing of an object's state that is pickled holds one.
MARK = '_interleave'

CONTEXT = os.path.join('multiprocessing', 'context.py')

_counter = count()


def new_key():
    """Of an object whose copies in other processes have nothing else in common."""
    return '%d.%d.%d' % (os.getpid(), next(_counter), time.perf_counter_ns())


class Mark(object):
    """A resource that several processes know. Each declares it when it first uses it."""

    __slots__ = ('kind', 'capacity', 'name', 'place', 'key', 'number')

    def __init__(self, kind, capacity=0, name='', place='', key=''):
        self.kind = kind
        self.capacity = capacity
        self.name = name
        self.place = place
        self.key = key or new_key()
        self.number = 0

    def resource(self):
        """Its number in this process, or in the one that this process is a fork of."""
        number = self.number
        if not number:
            number = self.number = core.declare(
                self.kind, self.capacity, self.name, self.place, self.key
            )
        return number


def maker():
    """
    Place of the program that makes the object whose patched `__init__` asks, through a context or
    not. None: a part of the standard library makes it for itself.
    """
    frame = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename.endswith(CONTEXT):
        frame = frame.f_back
    if frame is None or not places.is_user(frame):
        return None
    return '%s:%d' % (os.path.basename(frame.f_code.co_filename), frame.f_lineno)


def mark_of(thing):
    return getattr(thing, MARK, None)


def declared_when_pickled(original):
    """Patch of `__getstate__`: declared before another process can use it under its key."""

    def __getstate__(self):
        state = original(self)
        mark = mark_of(self)
        if mark is not None:
            mark.resource()
        return state

    return __getstate__


class Waiting(object):
    """A wait of this thread for a resource: `with Waiting(…):`, ended as it turns out."""

    # Of the errors that say that the time was up there is one in every module.
    TIMEOUTS = ('Empty', 'Full', 'TimeoutError')

    __slots__ = ('resource', 'outcome')

    def __init__(self, resource, why, timed=False):
        self.resource = resource
        self.outcome = core.OUTCOME_GRANTED
        core.event(core.KIND_WAIT_BEGIN, resource, core.UNKNOWN, why, 1 if timed else core.thread.handles)
        locate_wait()

    def __enter__(self):
        return self

    def timed_out(self):
        self.outcome = core.OUTCOME_TIMED_OUT

    def __exit__(self, kind, value, traceback):
        outcome = self.outcome
        if kind is not None:
            is_timeout = kind.__name__ in self.TIMEOUTS
            outcome = core.OUTCOME_TIMED_OUT if is_timeout else core.OUTCOME_INTERRUPTED
        core.event(core.KIND_WAIT_END, self.resource, outcome)


class Idle(object):
    """This thread has nothing to do, or joins something: `with Idle(…):`."""

    __slots__ = ()

    def __init__(self, joined=0, timed=False):
        core.event(core.KIND_STATE, 0, core.STATE_IDLE, joined, 1 if timed else core.thread.handles)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        core.event(core.KIND_STATE, 0, core.STATE_RUNNING)


def idling(function):
    """The same function; whoever is in it is idle."""

    def wrapper(*args, **kwargs):
        with Idle():
            return function(*args, **kwargs)

    return wrapper


class Proxy(object):
    """Stands before an object that only the standard library sees; what it has itself, it does itself."""

    def __init__(self, target, **own):
        self.__dict__.update(own)
        self.__dict__['_target'] = target

    def __getattr__(self, name):
        return getattr(self.__dict__['_target'], name)
