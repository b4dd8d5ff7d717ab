"""multiprocessing.queues and multiprocessing.connection: queues and pipes between processes.

A put of a Queue only fills a buffer; its feeder thread, a lane of its own, sends what is in it. The
semaphores and connections that a queue is made of are its parts and seen as nothing else.
"""
import os
import sys

from . import core, places, semaphores
from .shared import MARK, Idle, Mark, Proxy, Waiting, declared_when_pickled, maker, mark_of
from .wrapping import replace

try:
    from select import POLLIN, POLLOUT, poll
except ImportError:
    # Windows: whether there is something to read is not asked.
    poll = None

#: Of a connection that came from another process: which pipe it is an end of is found out when needed.
ARRIVED = 'arrived'
#: What a pipe takes in before somebody reads, at least on Linux.
PIPE_BYTES = 65536


def _is_ready(connection, events):
    """The next read (write) does not have to wait. Where that is not known it is said not to wait."""
    if poll is None:
        return True
    try:
        poller = poll()
        poller.register(connection._handle, events)
        return bool(poller.poll(0))
    except Exception:
        return True


def _is_readable(connection):
    return _is_ready(connection, POLLIN) if poll else True


def _is_writable(connection, size):
    return size < PIPE_BYTES and _is_ready(connection, POLLOUT) if poll else True


# Queues


def _parts(queue):
    """Called for every queue that is made here or arrives here."""
    semaphores.untrace(queue._rlock, queue._wlock, getattr(queue, '_sem', None))
    setattr(queue._reader, MARK, None)
    setattr(queue._writer, MARK, None)


def key_of_queue(queue):
    return 'queue ' + semaphores.key_of(queue._rlock)


def _mark_queue(queue, place):
    from multiprocessing.synchronize import SEM_VALUE_MAX

    _parts(queue)
    capacity = getattr(queue, '_maxsize', 0)
    capacity = 0 if capacity == SEM_VALUE_MAX else capacity
    mark = Mark(core.RESOURCE_PROCESS_QUEUE, capacity, '', place, key_of_queue(queue))
    setattr(queue, MARK, mark)


def _depth(queue):
    try:
        return max(0, queue._maxsize - queue._sem._semlock._get_value())
    except Exception:
        return core.UNKNOWN


def _init(original):
    def __init__(self, *args, **kwargs):
        original(self, *args, **kwargs)
        # Of the library's own queues nothing is told (concurrent.futures, Pool).
        place = maker()
        if place is None:
            _parts(self)
        else:
            _mark_queue(self, place)

    return __init__


def _set_state(original):
    def __setstate__(self, state):
        original(self, state)
        _mark_queue(self, '')

    return __setstate__


def _put(original):
    def put(self, obj, block=True, timeout=None):
        mark = mark_of(self)
        if mark is None:
            return original(self, obj, block, timeout)
        resource = mark.resource()
        if block and not self._closed and self._sem._semlock._is_zero():
            with Waiting(resource, core.WAIT_PUT, timeout is not None):
                original(self, obj, block, timeout)
        else:
            original(self, obj, block, timeout)
        core.event(core.KIND_PUT, resource, core.UNKNOWN, _depth(self))

    return put


def _has_item(queue):
    """A get would not have to wait: nobody else is in it, and something is there."""
    return not queue._rlock._semlock._is_zero() and _is_readable(queue._reader)


def _get(original):
    def get(self, block=True, timeout=None):
        mark = mark_of(self)
        if mark is None:
            return original(self, block, timeout)
        resource = mark.resource()
        if block and not self._closed and not _has_item(self):
            with Waiting(resource, core.WAIT_GET, timeout is not None):
                item = original(self, block, timeout)
        else:
            item = original(self, block, timeout)
        core.event(core.KIND_GET, resource, core.UNKNOWN, _depth(self))
        return item

    return get


def _feed(original):
    """Between items the feeder thread has nothing to do."""

    def wrapper(buffer, notempty, *rest):
        def wait():
            with Idle():
                return notempty.wait()

        return original(buffer, Proxy(notempty, wait=wait), *rest)

    return wrapper


def _parts_of_joinable(original):
    def wrapper(self, *args, **kwargs):
        result = original(self, *args, **kwargs)
        semaphores.untrace(self._unfinished_tasks)
        semaphores.untrace_condition(self._cond)
        return result

    return wrapper


def _join(original):
    def join(self):
        mark = mark_of(self)
        if mark is None or self._unfinished_tasks._semlock._is_zero():
            return original(self)
        with Waiting(mark.resource(), core.WAIT_TASKS_DONE):
            return original(self)

    return join


def _put_simple(original):
    def put(self, obj):
        mark = mark_of(self)
        if mark is None:
            return original(self, obj)
        resource = mark.resource()
        if _is_writable(self._writer, 0):
            original(self, obj)
        else:
            with Waiting(resource, core.WAIT_PUT):
                original(self, obj)
        core.event(core.KIND_PUT, resource, core.UNKNOWN, core.UNKNOWN)

    return put


def _get_simple(original):
    def get(self):
        mark = mark_of(self)
        if mark is None:
            return original(self)
        resource = mark.resource()
        if _has_item(self):
            item = original(self)
        else:
            with Waiting(resource, core.WAIT_GET):
                item = original(self)
        core.event(core.KIND_GET, resource, core.UNKNOWN, core.UNKNOWN)
        return item

    return get


def patch_queues(module):
    for cls, own in (
        (module.Queue, {'put': _put, 'get': _get, '_feed': _feed}),
        (module.SimpleQueue, {'put': _put_simple, 'get': _get_simple}),
    ):
        replace(cls, '__init__', _init)
        replace(cls, '__setstate__', _set_state)
        replace(cls, '__getstate__', declared_when_pickled)
        for name, make in own.items():
            replace(cls, name, make)
    joinable = module.JoinableQueue
    replace(joinable, '__init__', _parts_of_joinable)
    replace(joinable, '__setstate__', _parts_of_joinable)
    replace(joinable, 'put', _put)
    replace(joinable, 'join', _join)


# Pipes: each direction is a resource. A Connection's Mark is the pair of what it sends into and what
# it receives from; either may be None.


def _file_key(connection):
    """Both ends of a pipe are one file of the system; the two of a socket pair are not."""
    status = os.fstat(connection._handle)
    return 'pipe %d.%d' % (status.st_dev, status.st_ino)


def _ends_of(connection):
    """None: it is no pipe of the program's, such as a connection to a server."""
    ends = connection.__dict__.get(MARK)
    if ends == ARRIVED:
        ends = None
        try:
            key = _file_key(connection)
            if connection._readable and connection._writable:
                ends = _pipe('', key + ' out'), _pipe('', key + ' in')
            else:
                ends = (_pipe('', key),) * 2
        except Exception:
            pass
        setattr(connection, MARK, ends)
    return ends


def _pipe(place, key):
    return Mark(core.RESOURCE_PIPE, 0, '', place, key)


def _new_pipe(original):
    def Pipe(duplex=True):
        one, other = original(duplex)
        place = maker()
        if place is None:
            return one, other
        if duplex:
            # Where a socket pair's end arrives in another process, that sees the end alone.
            keys = [_file_key(end) for end in (one, other)]
            there = _pipe(place, keys[0] + ' out'), keys[1] + ' in'
            back = _pipe(place, keys[1] + ' out'), keys[0] + ' in'
            for mark, alias in (there, back):
                core.announce(mark.resource(), mark.kind, 0, '', place, alias)
            ends = (there[0], back[0]), (back[0], there[0])
        else:
            ends = ((_pipe(place, _file_key(one)),) * 2,) * 2
        setattr(one, MARK, ends[0])
        setattr(other, MARK, ends[1])
        return one, other

    return Pipe


def _send_bytes(original):
    def _send_bytes(self, buf):
        ends = _ends_of(self)
        if ends is None:
            return original(self, buf)
        resource = ends[0].resource()
        if _is_writable(self, len(buf)):
            original(self, buf)
        else:
            with Waiting(resource, core.WAIT_PUT):
                original(self, buf)
        core.event(core.KIND_PUT, resource, core.UNKNOWN, core.UNKNOWN, len(buf))

    return _send_bytes


def _recv_bytes(original):
    def _recv_bytes(self, maxsize=None):
        ends = _ends_of(self)
        if ends is None:
            return original(self, maxsize)
        resource = ends[1].resource()
        if _is_readable(self):
            received = original(self, maxsize)
        else:
            with Waiting(resource, core.WAIT_GET):
                received = original(self, maxsize)
        if received is not None:
            core.event(core.KIND_GET, resource, core.UNKNOWN, core.UNKNOWN, received.tell())
        return received

    return _recv_bytes


def _poll(original):
    def _poll(self, timeout):
        ends = _ends_of(self)
        if ends is None or timeout == 0 or _is_readable(self):
            return original(self, timeout)
        with Waiting(ends[1].resource(), core.WAIT_GET, timeout is not None) as waiting:
            found = original(self, timeout)
            if not found:
                waiting.timed_out()
            return found

    return _poll


def _wait(original):
    def wait(object_list, timeout=None):
        # The library's own waits are told by who asked for them.
        if timeout == 0 or not places.is_user(sys._getframe(1)):
            return original(object_list, timeout)
        with Idle(0, timeout is not None):
            return original(object_list, timeout)

    return wait


def _rebuild(original):
    def wrapper(*args):
        connection = original(*args)
        setattr(connection, MARK, ARRIVED)
        return connection

    return wrapper


def patch_connection(module):
    for name in ('Connection', 'PipeConnection'):
        cls = getattr(module, name, None)
        if cls is not None:
            replace(cls, '_send_bytes', _send_bytes)
            replace(cls, '_recv_bytes', _recv_bytes)
            replace(cls, '_poll', _poll)
    replace(module, 'rebuild_connection', _rebuild)
    replace(module, 'rebuild_pipe_connection', _rebuild)
    replace(module, 'Pipe', _new_pipe)
    replace(module, 'wait', _wait)


PATCHES = {
    'multiprocessing.queues': patch_queues,
    'multiprocessing.connection': patch_connection,
}


def patch(module):
    PATCHES[module.__name__](module)
