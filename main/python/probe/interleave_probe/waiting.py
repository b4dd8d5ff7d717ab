"""
Waits in a threading.Condition: those of the program, and those in which the library's semaphores,
events, barriers and queues wait themselves. Conditions call their `_release_save` when a thread
begins to wait, with the lock still held, and `_acquire_restore` when it goes on: two attributes of
the one object, so that nothing else of it changes, and what it raises shows no frame of ours.
"""
import sys

from . import core, places
from .core import clock, thread

_getframe = sys._getframe
_WAIT_BEGIN = core.KIND_WAIT_BEGIN << 24
_WAIT_END = core.KIND_WAIT_END << 24
_LOCATION = core.KIND_LOCATION << 24
_SLEEPING = core.KIND_STATE << 24
#: Nanoseconds: of waits that follow each other faster, not each says where.
_LOCATE_EVERY = 200_000


def locate_wait():
    """Says where the thread waits."""
    place = places.caller()
    if place:
        thread.text(_LOCATION, core.PLACE_WAITS, 0, 0, place.encode('utf-8', 'replace'))


def locate_beginning(runner):
    """Says where the function is defined that a Thread or a Process runs."""
    try:
        run = type(runner).run
        code = getattr(run, '__code__', None)
        if code is None or not places.is_program(code):
            code = getattr(getattr(runner, '_target', None), '__code__', None)
        if code is not None and places.is_program(code):
            place = places.place_of(code)
            thread.text(_LOCATION, core.PLACE_BEGINS, 0, 0, place.encode('utf-8', 'replace'))
    except Exception:
        # What a program makes of its attributes is its business.
        pass


def locate_state(state, _clock=clock, _rest=core.REST):
    """
    The same for a thread that sleeps or joins: the first time, then so often that it takes about one
    percent of the thread's time.
    """
    begun = _clock()
    rested = thread.rested
    if begun < rested.get(state, 0):
        return
    locate_wait()
    ended = _clock()
    rested[state] = ended + (ended - begun) * _rest


class Attendant:
    """Tells of the waits in one condition. resource: that is waited for; why: WAIT_…."""

    __slots__ = ('_begin', '_end', '_why', '_located')

    def __init__(self, resource, why):
        self._begin = _WAIT_BEGIN | resource
        self._end = _WAIT_END | resource
        self._why = why
        self._located = 0

    def begin(self, timed):
        thread.write(self._begin, 0, self._why, timed or thread.handles)
        now = clock()
        if now - self._located > _LOCATE_EVERY:
            self._located = now
            locate_wait()

    def end(self, outcome):
        thread.write(self._end, outcome)


class Sleeper:
    """Tells of waits that are nothing but a pause: a Timer's."""

    @staticmethod
    def begin(timed):
        thread.write(_SLEEPING, core.STATE_SLEEPING, 0, timed)

    @staticmethod
    def end(outcome):
        thread.write(_SLEEPING, core.STATE_RUNNING)


def attend(condition, attendant):
    """From now on the attendant tells of the waits in this condition."""
    lock = condition._lock
    save = getattr(lock, '_release_save', None)
    restore = getattr(lock, '_acquire_restore', None)
    release, acquire = lock.release, lock.acquire
    begin, end = attendant.begin, attendant.end

    def _release_save():
        timeout = _getframe(1).f_locals.get('timeout')
        # A timeout of 0 is a look, not a wait.
        waits = timeout is None or timeout > 0
        if waits:
            begin(0 if timeout is None else 1)
        if save is not None:
            return waits, save()
        release()
        return waits, None

    def _acquire_restore(saved):
        waits, saved = saved
        if waits:
            there = _getframe(1).f_locals
            if there.get('gotit', True):
                end(core.OUTCOME_GRANTED)
            elif there.get('timeout') is None:
                end(core.OUTCOME_INTERRUPTED)
            else:
                end(core.OUTCOME_TIMED_OUT)
        if restore is not None:
            restore(saved)
        else:
            acquire()

    condition._release_save = _release_save
    condition._acquire_restore = _acquire_restore
