"""
threading.Lock and RLock as the program makes them, and its conditions, semaphores, events and
barriers (those of the library itself stay raw). Which events: as main/threading does.

What is recorded comes before a release and after an acquisition, so that no two threads seem to
hold a lock at once.
"""
import _thread
import sys
import copyreg

from . import core, places, waiting
from .core import declare, thread
from .wrapping import replace, stand_in

_ACQUIRE = core.KIND_ACQUIRE << 24
_RELEASE = core.KIND_RELEASE << 24
_SET = core.KIND_SET << 24
_CLEAR = core.KIND_CLEAR << 24
_NOTIFY = core.KIND_NOTIFY << 24
_WAIT_BEGIN = core.KIND_WAIT_BEGIN << 24
_WAIT_END = core.KIND_WAIT_END << 24
#: Seconds: a wait for a lock that lasts longer says where.
_SLICE = 0.005

_user_place = places.user_place
#: From 3.13 on.
_LOCK_IS_TYPE = sys.version_info >= (3, 13)
_allocate_lock = _thread.allocate_lock
_LockType = _thread.LockType
_RLockType = _thread.RLock
_new_rlock = _RLockType.__new__
_rlock_acquire = _RLockType.acquire
_rlock_release = _RLockType.release
_rlock_is_owned = _RLockType._is_owned


def patch(threading):
    for of in (threading.Condition, threading.Semaphore, threading.Event):
        # Of those of the library itself: they are not recorded.
        of._interleave_resource = 0
    if isinstance(threading.Lock, type):
        threading.Lock = lock
    else:
        # Before 3.13 it is a function, and its type makes none. Pickled by the name it has here.
        by_name = (eval, ("__import__('threading').Lock",))
        threading.Lock = stand_in(threading.Lock, _make_lock, by_name)
    if isinstance(threading.RLock, type):
        threading.RLock = RLock
    else:
        replace(threading, 'RLock', _make_rlock)
    # `notify` with the first condition of the program: queues, too, call it all the time.
    once = [lambda: replace(threading.Condition, 'notify', _notify)]
    replace(threading.Condition, '__init__', lambda original: _condition(original, once))
    replace(threading.Semaphore, '__init__', _semaphore)
    replace(threading.BoundedSemaphore, '__init__', _semaphore)
    replace(threading.Semaphore, 'acquire', _semaphore_acquire)
    threading.Semaphore.__enter__ = threading.Semaphore.acquire
    replace(threading.Semaphore, 'release', _semaphore_release)
    replace(threading.BoundedSemaphore, 'release', _semaphore_release)
    replace(threading.Event, '__init__', _event)
    replace(threading.Event, 'set', _set)
    replace(threading.Event, 'clear', _clear)
    replace(threading.Barrier, '__init__', _barrier)
    replace(threading.Timer, '__init__', _timer)


def wait_for_lock(acquire, resource, timeout):
    """
    Acquires a lock that is held by another thread.

    acquire(blocking, timeout): of the lock; timeout: seconds, negative: none.
    Returns whether it was acquired.
    """
    thread.write(_WAIT_BEGIN | resource, core.UNKNOWN, core.WAIT_ACQUIRE, 0 if timeout < 0 else 1)
    try:
        if 0 <= timeout <= _SLICE:
            got = acquire(True, timeout)
        else:
            got = acquire(True, _SLICE)
            if not got:
                waiting.locate_wait()
                got = acquire(True, timeout if timeout < 0 else timeout - _SLICE)
    except BaseException:
        thread.write(_WAIT_END | resource, core.OUTCOME_INTERRUPTED)
        raise
    if got:
        thread.acquired(resource, 1)
    else:
        thread.write(_WAIT_END | resource, core.OUTCOME_TIMED_OUT)
    return got


def _acquire_as_asked(acquire, resource, blocking, timeout):
    """With arguments that are not the usual ones: the lock itself says what is wrong with them."""
    if blocking and isinstance(timeout, (int, float)) and (timeout == -1 or 0 <= timeout <= _thread.TIMEOUT_MAX):
        # Without waiting, and so that it sees what blocking is: before 3.12 not all that is true will do.
        got = acquire(blocking, 0)
        if not got and timeout:
            return wait_for_lock(acquire, resource, timeout)
    else:
        got = acquire(blocking, timeout)
    if got:
        thread.acquired(resource)
    return got


class _LockMeta(type):
    """From 3.13 on threading.Lock is the type of all locks, the library's, too."""

    def __instancecheck__(cls, instance):
        return type(instance) is cls or isinstance(instance, _LockType)


class _RLockMeta(type):
    """Of RLock and what the program derives from it."""


def _pickled_class(cls):
    """As what the library calls it: the other side may have no probe."""
    name = 'Lock' if cls is lock else 'RLock' if cls is RLock else ''
    return (eval, ("__import__('threading').%s" % name,)) if name else cls.__qualname__


copyreg.pickle(_LockMeta, _pickled_class)
copyreg.pickle(_RLockMeta, _pickled_class)


class lock(metaclass=_LockMeta):
    """A lock that the program made. CPython's own type takes no subclasses."""

    __slots__ = ('_lock', '_acquire', '_unlock', '_resource', '_word', '__weakref__')
    __module__ = '_thread'
    __doc__ = _LockType.__doc__

    def __new__(cls, *arguments, **named):
        if not _LOCK_IS_TYPE:
            raise TypeError("cannot create '_thread.lock' instances")
        made = _LockType(*arguments, **named)
        place = _user_place()
        return _traced_lock(made, place) if place else made

    def __init_subclass__(cls, **named):
        raise TypeError("type '_thread.lock' is not an acceptable base type")

    def acquire(self, blocking=True, timeout=-1):
        if blocking is not True or timeout != -1:
            return _acquire_as_asked(self._acquire, self._resource, blocking, timeout)
        if self._acquire(False):
            thread.acquired(self._resource)
            return True
        return wait_for_lock(self._acquire, self._resource, -1)

    def __enter__(self):
        if self._acquire(False):
            thread.acquired(self._resource)
            return True
        return wait_for_lock(self._acquire, self._resource, -1)

    def release(self):
        thread.write(self._word)
        self._unlock()

    def __exit__(self, *_):
        thread.write(self._word)
        self._unlock()

    def locked(self):
        return self._lock.locked()

    def _at_fork_reinit(self):
        self._lock._at_fork_reinit()

    def __repr__(self):
        return repr(self._lock)

    def __reduce_ex__(self, protocol):
        return self._lock.__reduce_ex__(protocol)

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked
    __class__ = property(lambda self: _LockType)


def _make_lock(*arguments, **named):
    made = _allocate_lock(*arguments, **named)
    place = _user_place()
    return _traced_lock(made, place) if place else made


def _traced_lock(made, place):
    traced = object.__new__(lock)
    traced._lock = made
    traced._acquire = made.acquire
    traced._unlock = made.release
    traced._resource = resource = declare(core.RESOURCE_LOCK, 0, '', place)
    traced._word = _RELEASE | resource
    return traced


class RLock(_RLockType, metaclass=_RLockMeta):
    """An RLock that the program made. Only the outermost acquisition and release are recorded."""

    __slots__ = ('_interleave_resource', '_depth')
    __module__ = '_thread'
    __doc__ = _RLockType.__doc__

    def __new__(cls, *arguments, **named):
        place = _user_place()
        if cls is RLock and not place:
            return _RLockType(*arguments, **named)
        self = _new_rlock(cls, *arguments, **named)
        self._depth = 0
        self._interleave_resource = declare(core.RESOURCE_RLOCK, 0, '', place)
        return self

    def acquire(self, blocking=True, timeout=-1):
        if _rlock_is_owned(self):
            if not _rlock_acquire(self, blocking, timeout):
                return False
            self._depth += 1
            return True
        if blocking is True and timeout == -1 and _rlock_acquire(self, False):
            self._depth = 1
            thread.acquired(self._interleave_resource)
            return True
        got = _acquire_as_asked(super().acquire, self._interleave_resource, blocking, timeout)
        if got:
            self._depth = 1
        return got

    def __enter__(self):
        return self.acquire()

    def release(self):
        if self._depth == 1 and _rlock_is_owned(self):
            self._depth = 0
            thread.write(_RELEASE | self._interleave_resource)
            _rlock_release(self)
        else:
            _rlock_release(self)
            self._depth -= 1

    def __exit__(self, *_):
        self.release()

    def _release_save(self):
        self._depth = 0
        thread.write(_RELEASE | self._interleave_resource)
        return super()._release_save()

    def _acquire_restore(self, state):
        waited = 0
        if _rlock_acquire(self, False):
            for _ in range(state[0] - 1):
                _rlock_acquire(self)
        else:
            waited = 1
            thread.write(_WAIT_BEGIN | self._interleave_resource, core.UNKNOWN, core.WAIT_ACQUIRE)
            super()._acquire_restore(state)
        self._depth = state[0]
        thread.acquired(self._interleave_resource, waited)

    def __repr__(self):
        return super().__repr__().replace(' RLock object', ' _thread.RLock object')

    def __reduce_ex__(self, protocol):
        return _RLockType().__reduce_ex__(protocol)


def _traced_rlock(place):
    made = _new_rlock(RLock)
    made._depth = 0
    made._interleave_resource = declare(core.RESOURCE_RLOCK, 0, '', place)
    return made


def _make_rlock(original):
    def RLock(*arguments, **named):
        place = '' if arguments or named else _user_place()
        return _traced_rlock(place) if place else original(*arguments, **named)

    return RLock


def _condition(original, once):
    def __init__(self, lock=None):
        place = _user_place()
        if not place:
            original(self, lock)
            return
        try:
            once.pop()()
        except IndexError:
            pass
        original(self, _traced_rlock(place) if lock is None else lock)
        self._interleave_resource = resource = declare(core.RESOURCE_CONDITION, 0, '', place)
        waiting.attend(self, waiting.Attendant(resource, core.WAIT_NOTIFY))

    return __init__


def _notify(original):
    def notify(self, n=1):
        resource = self._interleave_resource
        if resource:
            thread.write(_NOTIFY | resource, max(0, min(n, len(self._waiters))))
        original(self, n)

    return notify


def _semaphore(original):
    def __init__(self, value=1):
        original(self, value)
        place = _user_place()
        if place:
            self._interleave_resource = resource = declare(core.RESOURCE_SEMAPHORE, value, '', place)
            waiting.attend(self._cond, waiting.Attendant(resource, core.WAIT_ACQUIRE))

    return __init__


def _semaphore_acquire(original):
    def acquire(self, blocking=True, timeout=None):
        resource = self._interleave_resource
        if not resource:
            return original(self, blocking, timeout)
        waits = 0 if self._value else 1
        got = original(self, blocking, timeout)
        if got:
            thread.acquired(resource, waits)
        return got

    return acquire


def _semaphore_release(original):
    def release(self, *n, **named):
        resource = self._interleave_resource
        if resource:
            for _ in range(_permits(*n, **named)):
                thread.write(_RELEASE | resource)
        original(self, *n, **named)

    return release


def _permits(n=1):
    return n if isinstance(n, int) else 0


def _event(original):
    def __init__(self):
        original(self)
        place = _user_place()
        if place:
            self._interleave_resource = resource = declare(core.RESOURCE_EVENT, 0, '', place)
            waiting.attend(self._cond, waiting.Attendant(resource, core.WAIT_EVENT))

    return __init__


def _set(original):
    def set(self):
        if self._interleave_resource and not self._flag:
            thread.write(_SET | self._interleave_resource)
        original(self)

    return set


def _clear(original):
    def clear(self):
        if self._interleave_resource and self._flag:
            thread.write(_CLEAR | self._interleave_resource)
        original(self)

    return clear


def _barrier(original):
    def __init__(self, parties, action=None, timeout=None):
        original(self, parties, action, timeout)
        place = _user_place()
        if place:
            resource = declare(core.RESOURCE_BARRIER, parties, '', place)
            waiting.attend(self._cond, waiting.Attendant(resource, core.WAIT_BARRIER))

    return __init__


def _timer(original):
    def __init__(self, *arguments, **named):
        original(self, *arguments, **named)
        waiting.attend(self.finished._cond, waiting.Sleeper)

    return __init__
