"""
queue.Queue, LifoQueue and PriorityQueue that the program makes: `put` and `get` are recorded in
`_put` and `_get`, which the queue calls with its mutex held, so that they are in their true order;
waits in its conditions (waiting.py). SimpleQueue has no such place: its events come before the put
and after the get, and the reader numbers its items.
"""
from . import core, places, waiting
from .core import UNKNOWN, declare, thread
from .wrapping import replace

_PUT = core.KIND_PUT << 24
_GET = core.KIND_GET << 24
_WAIT_BEGIN = core.KIND_WAIT_BEGIN << 24
_WAIT_END = core.KIND_WAIT_END << 24
_user_place = places.user_place


def patch(queue):
    # Of the library's own queues: they are not recorded.
    queue.Queue._interleave_queue = None
    for of in (queue.Queue, queue.LifoQueue, queue.PriorityQueue):
        _attend_class(of)
    replace(queue.Queue, '__init__', lambda original: _init(original, queue))
    if queue.SimpleQueue is not getattr(queue, '_PySimpleQueue', None):
        queue.SimpleQueue = _simple_queue(queue)


class _Fifo:
    """Numbers of items that come out in the order in which they went in."""

    __slots__ = ('put_word', 'get_word', 'puts', 'is_plain')

    def __init__(self, resource):
        self.put_word = _PUT | resource
        self.get_word = _GET | resource
        self.puts = 0
        #: Of a queue that puts, gets and counts as queue.Queue does: `_put` and `_get` do the same.
        self.is_plain = False

    def put(self, item, depth):
        number = self.puts
        self.puts = number + 1
        thread.write(self.put_word, number & UNKNOWN, depth)

    def get(self, item, depth):
        # By the depth: a program may empty the deque behind the queue's back.
        thread.write(self.get_word, (self.puts - depth - 1) & UNKNOWN, depth)


class _Lifo(_Fifo):
    __slots__ = ('_numbers',)

    def __init__(self, resource):
        super().__init__(resource)
        self._numbers = []

    def put(self, item, depth):
        self._numbers.append(self.puts)
        super().put(item, depth)

    def get(self, item, depth):
        numbers = self._numbers
        del numbers[depth + 1:]
        thread.write(self.get_word, numbers.pop() & UNKNOWN if numbers else UNKNOWN, depth)


class _AnyOrder(_Fifo):
    """By the item itself, which lives as long as it is in the queue."""

    __slots__ = ('_numbers',)

    def __init__(self, resource):
        super().__init__(resource)
        self._numbers = {}

    def put(self, item, depth):
        self._numbers.setdefault(id(item), []).append(self.puts)
        super().put(item, depth)

    def get(self, item, depth):
        numbers = self._numbers.get(id(item))
        number = UNKNOWN
        if numbers:
            number = numbers.pop(0) & UNKNOWN
            if not numbers:
                del self._numbers[id(item)]
        thread.write(self.get_word, number, depth)


def _init(original, queue):
    orders = {queue.Queue._put: _Fifo, queue.LifoQueue._put: _Lifo}
    plain = queue.Queue._put, queue.Queue._get, queue.Queue._qsize

    def __init__(self, maxsize=0):
        original(self, maxsize)
        place = _user_place()
        if not place:
            return
        _attend_class(type(self))
        resource = declare(core.RESOURCE_QUEUE, maxsize, '', place)
        kind = type(self)
        items = orders.get(kind._put, _AnyOrder)(resource)
        items.is_plain = (kind._put, kind._get, kind._qsize) == plain
        self._interleave_queue = items
        for condition, why in ((self.not_empty, core.WAIT_GET), (self.not_full, core.WAIT_PUT),
                               (self.all_tasks_done, core.WAIT_TASKS_DONE)):
            waiting.attend(condition, waiting.Attendant(resource, why))

    return __init__


def _attend_class(cls):
    """Also one of the program, which puts and gets in its own way."""
    for name, make in (('_put', _put), ('_get', _get)):
        for base in cls.__mro__:
            if name in base.__dict__:
                if not hasattr(base.__dict__[name], '__wrapped__'):
                    replace(base, name, make)
                break


def _put(original):
    def _put(self, item):
        items = self._interleave_queue
        if items is None:
            return original(self, item)
        if items.is_plain:
            # Here, since each call more would cost a third of a record. What has more than 32 bits
            # is cut off where it is written.
            original(self, item)
            number = items.puts
            items.puts = number + 1
            thread.write(items.put_word, number, len(self.queue))
            return
        # It may call its base's.
        self._interleave_queue = None
        try:
            original(self, item)
        finally:
            self._interleave_queue = items
        items.put(item, self._qsize())

    return _put


def _get(original):
    def _get(self):
        items = self._interleave_queue
        if items is None:
            return original(self)
        if items.is_plain:
            item = original(self)
            depth = len(self.queue)
            thread.write(items.get_word, items.puts - depth - 1, depth)
            return item
        self._interleave_queue = None
        try:
            item = original(self)
        finally:
            self._interleave_queue = items
        items.get(item, self._qsize())
        return item

    return _get


def _simple_queue(queue):
    raw = queue.SimpleQueue
    raw_put, raw_get, raw_size = raw.put, raw.get, raw.qsize

    class Meta(type):
        """The library's own are simple queues, too."""

        def __instancecheck__(cls, instance):
            return type.__instancecheck__(cls, instance) or cls is SimpleQueue and isinstance(instance, raw)

    class SimpleQueue(raw, metaclass=Meta):
        __slots__ = ('_interleave_resource',)
        __module__ = raw.__module__
        __qualname__ = raw.__qualname__
        __doc__ = raw.__doc__

        def __new__(cls, *arguments, **named):
            place = _user_place()
            if cls is SimpleQueue and not place:
                return raw(*arguments, **named)
            self = raw.__new__(cls, *arguments, **named)
            self._interleave_resource = declare(core.RESOURCE_QUEUE, 0, '', place)
            return self

        def put(self, item, block=True, timeout=None):
            # Before: nobody gets it earlier than that.
            thread.write(_PUT | self._interleave_resource, UNKNOWN, raw_size(self) + 1)
            raw_put(self, item)

        def put_nowait(self, item):
            self.put(item)

        def get(self, block=True, timeout=None):
            resource = self._interleave_resource
            if block and not raw_size(self):
                item = wait(self, resource, timeout)
            else:
                item = raw_get(self, block, timeout)
            thread.write(_GET | resource, UNKNOWN, raw_size(self))
            return item

        def get_nowait(self):
            item = raw_get(self, False)
            thread.write(_GET | self._interleave_resource, UNKNOWN, raw_size(self))
            return item

        def __reduce_ex__(self, protocol):
            return raw().__reduce_ex__(protocol)

    def wait(self, resource, timeout):
        thread.write(_WAIT_BEGIN | resource, 0, core.WAIT_GET, thread.handles if timeout is None else 1)
        waiting.locate_wait()
        outcome = core.OUTCOME_INTERRUPTED
        try:
            item = raw_get(self, True, timeout)
            outcome = core.OUTCOME_GRANTED
            return item
        except queue.Empty:
            outcome = core.OUTCOME_TIMED_OUT
            raise
        finally:
            thread.write(_WAIT_END | resource, outcome)

    return SimpleQueue
