"""threading.Thread: a lane each, from its start to its end, and who joins it."""
import sys

from . import core, places
from .core import event, thread
from .waiting import locate_beginning, locate_state
from .wrapping import replace

_STATE = core.KIND_STATE << 24


def patch(threading):
    replace(threading.Thread, 'start', _start)
    replace(threading.Thread, '_bootstrap_inner', _bootstrap_inner)
    replace(threading.Thread, 'join', _join)
    replace(threading, '_shutdown', lambda original: _shutdown(original, threading))


def _start(original):
    def start(self):
        # The lane of the new thread says who started it.
        self._interleave_starter = core.thread_number()
        return original(self)

    return start


def _bootstrap_inner(original):
    def _bootstrap_inner(self):
        core.begin_thread(self.name, getattr(self, '_interleave_starter', 0))
        self._interleave_number = thread.number
        locate_beginning(self)
        ending = core.LANE_END_RETURNED
        tell = getattr(self, '_invoke_excepthook', None)

        def invoke(*arguments):
            nonlocal ending
            error = sys.exc_info()[1]
            if not isinstance(error, SystemExit):
                ending = core.LANE_END_THREW
            places.hide_probe(error)
            del error
            return tell(*arguments)

        if tell is not None:
            self._invoke_excepthook = invoke
        try:
            return original(self)
        finally:
            core.end_thread(ending)

    return _bootstrap_inner


def _join(original):
    def join(self, timeout=None):
        if not _lives(self):
            return original(self, timeout)
        timed = thread.handles if timeout is None else 1
        thread.write(_STATE, core.STATE_IDLE, getattr(self, '_interleave_number', 0), timed)
        try:
            locate_state(core.STATE_IDLE)
            return original(self, timeout)
        finally:
            thread.write(_STATE, core.STATE_RUNNING)

    return join


def _lives(self):
    try:
        return self.is_alive()
    except (AssertionError, AttributeError):
        # Of a subclass that has not called __init__: join itself says so.
        return False


def _shutdown(original, threading):
    def _shutdown():
        """At the end of the program the interpreter joins all threads that are no daemons."""
        if not any(not each.daemon and each is not threading.main_thread()
                   for each in list(threading._active.values())):
            return original()
        event(core.KIND_STATE, 0, core.STATE_IDLE)
        try:
            return original()
        finally:
            event(core.KIND_STATE, 0, core.STATE_RUNNING)

    return _shutdown
