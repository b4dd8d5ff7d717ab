"""multiprocessing.synchronize: locks, semaphores, conditions, events and barriers of processes.

Whatever is made of the system's semaphores is one `SemLock`, whose `acquire` and `release` are
attributes of the object. Those that queues, conditions, events and barriers are made of are given
their own back (`untrace`), so that nobody sees them but as what they are parts of.
"""
from . import core, places
from .shared import MARK, Mark, Waiting, declared_when_pickled, mark_of, new_key
from .waiting import locate_wait
from .wrapping import replace

_RELEASE = core.KIND_RELEASE << 24

_synchronize = None
_make_methods = None


def key_of(lock):
    """The same in all processes that the semaphore was handed to. Copies of a fork have their Mark."""
    return getattr(lock._semlock, 'name', None) or new_key()


def untrace(*locks):
    """Parts of something else. None is none."""
    for lock in locks:
        if lock is not None:
            setattr(lock, MARK, None)
            _make_methods(lock)


def untrace_condition(condition):
    setattr(condition, MARK, None)
    untrace(
        condition._lock,
        condition._sleeping_count,
        condition._woken_count,
        condition._wait_semaphore,
    )
    condition._make_methods()


def _kind_of(lock):
    if isinstance(lock, _synchronize.RLock):
        return core.RESOURCE_RLOCK, 0
    if isinstance(lock, _synchronize.Lock):
        return core.RESOURCE_LOCK, 0
    try:
        return core.RESOURCE_SEMAPHORE, lock._semlock._get_value()
    except Exception:
        # Not everywhere can a semaphore be asked.
        return core.RESOURCE_SEMAPHORE, 0


def _trace(lock):
    kind, capacity = _kind_of(lock)
    mark = Mark(kind, capacity, '', places.caller(), key_of(lock))
    setattr(lock, MARK, mark)
    semlock = lock._semlock
    raw_acquire, raw_release = semlock.acquire, semlock.release
    thread = core.thread
    maximum, is_zero = semlock.maxvalue, semlock._is_zero
    # Of what can be acquired again by its owner only the outermost acquisition and release are told.
    depth = semlock._count if kind == core.RESOURCE_RLOCK else None
    is_mine = semlock._is_mine

    def acquire(block=True, timeout=None):
        if raw_acquire(False):
            if depth is None or depth() == 1:
                thread.acquired(mark.number or mark.resource(), 0)
            return True
        if not block:
            return False
        resource = mark.resource()
        timed = 0 if timeout is None else 1
        core.event(core.KIND_WAIT_BEGIN, resource, core.UNKNOWN, core.WAIT_ACQUIRE, timed)
        locate_wait()
        outcome = core.OUTCOME_INTERRUPTED
        try:
            if raw_acquire(True, timeout):
                outcome = core.OUTCOME_GRANTED
                return True
            outcome = core.OUTCOME_TIMED_OUT
            return False
        finally:
            if outcome == core.OUTCOME_GRANTED:
                thread.acquired(resource, 1)
            else:
                core.event(core.KIND_WAIT_END, resource, outcome)

    def release():
        # Of a lock that is not held it fails. Who releases a semaphore too often is told after it.
        if (maximum != 1 or is_zero()) if depth is None else (depth() == 1 and is_mine()):
            # Before it happens: whoever acquires it next does so later.
            thread.write(_RELEASE | (mark.number or mark.resource()))
        raw_release()

    lock.acquire = acquire
    lock.release = release


def patch(module):
    global _synchronize, _make_methods
    _synchronize = module
    semlock = module.SemLock
    _make_methods = semlock._make_methods

    def make_methods(original):
        def _make_methods(self):
            original(self)
            _trace(self)

        return _make_methods

    def enter(original):
        def __enter__(self):
            return self.acquire()

        return __enter__

    def leave(original):
        def __exit__(self, *args):
            return self.release()

        return __exit__

    def set_state(original):
        def __setstate__(self, state):
            original(self, state)
            # Where it was made, who made it says.
            mark_of(self).place = ''

        return __setstate__

    replace(semlock, '_make_methods', make_methods)
    replace(semlock, '__enter__', enter)
    replace(semlock, '__exit__', leave)
    replace(semlock, '__setstate__', set_state)
    replace(semlock, '__getstate__', declared_when_pickled)
    _patch_condition(module.Condition)
    _patch_event(module.Event)
    _patch_barrier(module)


def _trace_condition(condition, place):
    semaphore = condition._wait_semaphore
    mark = Mark(core.RESOURCE_CONDITION, 0, '', place, 'condition ' + key_of(semaphore))
    setattr(condition, MARK, mark)
    untrace(condition._sleeping_count, condition._woken_count, semaphore)
    raw_acquire = semaphore.acquire

    # Between the release of the condition's lock and its acquisition.
    def acquire(block=True, timeout=None):
        if not block:
            return raw_acquire(False)
        with Waiting(mark.resource(), core.WAIT_NOTIFY, timeout is not None) as waiting:
            notified = raw_acquire(True, timeout)
            if not notified:
                waiting.timed_out()
            return notified

    semaphore.acquire = acquire


def _patch_condition(cls):
    def init(original):
        def __init__(self, *args, **kwargs):
            original(self, *args, **kwargs)
            _trace_condition(self, places.caller())

        return __init__

    def set_state(original):
        def __setstate__(self, state):
            original(self, state)
            _trace_condition(self, '')

        return __setstate__

    def notify(original):
        def notify(self, n=1):
            mark = mark_of(self)
            if mark is not None and self._lock._semlock._is_mine():
                core.event(core.KIND_NOTIFY, mark.resource(), min(n, _sleepers(self)))
            return original(self, n)

        return notify

    replace(cls, '__init__', init)
    replace(cls, '__setstate__', set_state)
    replace(cls, '__getstate__', declared_when_pickled)
    replace(cls, 'notify', notify)


def _sleepers(condition):
    try:
        sleeping = condition._sleeping_count._semlock._get_value()
        return max(0, sleeping - condition._woken_count._semlock._get_value())
    except Exception:
        return 0


def _event_mark(event, place=''):
    """On its flag: an Event is pickled with all its attributes."""
    mark = mark_of(event._flag)
    if mark is None or mark.kind != core.RESOURCE_EVENT:
        untrace(event._flag)
        untrace_condition(event._cond)
        mark = Mark(core.RESOURCE_EVENT, 0, '', place, 'event ' + key_of(event._flag))
        setattr(event._flag, MARK, mark)
    return mark


def _patch_event(cls):
    def init(original):
        def __init__(self, *args, **kwargs):
            original(self, *args, **kwargs)
            _event_mark(self, places.caller())

        return __init__

    def is_set(original):
        def is_set(self):
            _event_mark(self)
            return original(self)

        return is_set

    def changing(kind):
        def change(original):
            def wrapper(self):
                core.event(kind, _event_mark(self).resource())
                return original(self)

            return wrapper

        return change

    def wait(original):
        def wait(self, timeout=None):
            mark = _event_mark(self)
            if not self._flag._semlock._is_zero():
                return original(self, timeout)
            with Waiting(mark.resource(), core.WAIT_EVENT, timeout is not None) as waiting:
                was_set = original(self, timeout)
                if not was_set:
                    waiting.timed_out()
                return was_set

        return wait

    replace(cls, '__init__', init)
    replace(cls, 'is_set', is_set)
    replace(cls, 'set', changing(core.KIND_SET))
    replace(cls, 'clear', changing(core.KIND_CLEAR))
    replace(cls, 'wait', wait)


def _patch_barrier(module):
    cls = module.Barrier
    inherited = module.threading.Barrier

    def set_state(original):
        def __setstate__(self, state):
            original(self, state)
            condition = self._cond
            key = 'barrier ' + key_of(condition._wait_semaphore)
            untrace_condition(condition)
            mark = Mark(core.RESOURCE_BARRIER, self._parties, '', places.caller(), key)
            setattr(self, MARK, mark)

        return __setstate__

    def wait(self, timeout=None):
        if self._state != 0 or self._count + 1 >= self._parties:
            return inherited.wait(self, timeout)
        timed = timeout is not None or self._timeout is not None
        with Waiting(mark_of(self).resource(), core.WAIT_BARRIER, timed):
            return inherited.wait(self, timeout)

    wait.__doc__ = inherited.wait.__doc__
    wait.__qualname__ = 'Barrier.wait'
    wait.__module__ = cls.__module__
    replace(cls, '__setstate__', set_state)
    cls.wait = wait
