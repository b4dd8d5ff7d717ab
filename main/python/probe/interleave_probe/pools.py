"""multiprocessing.pool: tasks, their workers, and who waits for results."""
from . import core, places, semaphores
from .shared import MARK, Idle, Mark, Proxy, Waiting, idling, mark_of
from .wrapping import replace

#: Of a pool's queue of tasks, where its processes find the pool's Mark.
POOL = '_interleave_pool'


def pool_mark(tasks, capacity=0, place=''):
    """The pool whose workers take from this queue: a process's, which all processes know, or a thread's."""
    mark = getattr(tasks, POOL, None)
    if mark is None:
        lock = getattr(tasks, '_rlock', None)
        key = '' if lock is None else 'pool ' + semaphores.key_of(lock)
        mark = Mark(core.RESOURCE_POOL, capacity, '', place, key)
        setattr(tasks, POOL, mark)
    return mark


class Tasks(object):
    """What one worker takes and gives back. It is idle while it waits for a task."""

    def __init__(self, mark):
        self.resource = mark.resource()
        self.number = None

    def taking(self, get, number_of, calls_of):
        """The function that takes a task; None is none."""

        def take(*args, **kwargs):
            with Idle():
                task = get(*args, **kwargs)
            if task is not None:
                self.number = number_of(task)
                core.event(core.KIND_TASK_START, self.resource, self.number, calls_of(task))
            return task

        return take

    def end(self, threw):
        if self.number is not None:
            core.event(core.KIND_TASK_END, self.resource, self.number, 1 if threw else 0)
            self.number = None


def patch(module):
    maps = module.mapstar, module.starmapstar

    def calls_of(task):
        try:
            return len(task[3][0][1]) if task[2] in maps else 1
        except Exception:
            return 1

    def number_of(task):
        # As submitted one by one, or the chunk within its map: what the pool itself knows.
        return (task[0] + (task[1] or 0)) & core.UNKNOWN

    def worker(original):
        def worker(inqueue, outqueue, *args, **kwargs):
            tasks = Tasks(pool_mark(inqueue))
            if hasattr(inqueue, '_rlock'):
                _untrace(inqueue, outqueue)

            def put(result):
                tasks.end(not result[2][0])
                return outqueue.put(result)

            get = tasks.taking(inqueue.get, number_of, calls_of)
            return original(Proxy(inqueue, get=get), Proxy(outqueue, put=put), *args, **kwargs)

        return worker

    def set_up(original):
        def _setup_queues(self):
            original(self)
            if not hasattr(self._inqueue, '_rlock'):
                # queue.SimpleQueue takes no attributes.
                self._inqueue = Proxy(self._inqueue)
            setattr(self, MARK, pool_mark(self._inqueue, 0, places.caller()))

        return _setup_queues

    def repopulate(original):
        def _repopulate_pool(self):
            mark = mark_of(self)
            mark.capacity = self._processes
            mark.resource()
            return original(self)

        return _repopulate_pool

    def handle_tasks(original):
        def _handle_tasks(taskqueue, *rest):
            return original(Proxy(taskqueue, get=idling(taskqueue.get)), *rest)

        return _handle_tasks

    def handle_results(original):
        def _handle_results(outqueue, get, cache):
            return original(outqueue, idling(get), cache)

        return _handle_results

    def wait(original):
        def wait(self, timeout=None):
            pool = self._pool
            if pool is None or self.ready():
                return original(self, timeout)
            with Waiting(mark_of(pool).resource(), core.WAIT_RESULT, timeout is not None) as waiting:
                original(self, timeout)
                if not self.ready():
                    waiting.timed_out()

        return wait

    def next_item(original):
        def next(self, timeout=None):
            pool = self._pool
            if pool is None or self._items or self._index == self._length:
                return original(self, timeout)
            with Waiting(mark_of(pool).resource(), core.WAIT_RESULT, timeout is not None):
                return original(self, timeout)

        return next

    replace(module, 'worker', worker)
    replace(module.Pool, '_repopulate_pool', repopulate)
    replace(module.Pool, '_handle_tasks', handle_tasks)
    replace(module.Pool, '_handle_results', handle_results)
    replace(module.Pool, '_wait_for_updates', idling)
    for cls in (module.Pool, module.ThreadPool):
        replace(cls, '_setup_queues', set_up)
    replace(module.ApplyResult, 'wait', wait)
    replace(module.IMapIterator, 'next', next_item)
    module.IMapIterator.__next__ = module.IMapIterator.next


def _untrace(*queues):
    """They arrived here like anybody's."""
    for queue in queues:
        setattr(queue, MARK, None)
