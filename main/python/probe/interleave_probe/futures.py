"""concurrent.futures: both executors are pools, their futures are what results are waited for."""
from itertools import count

from . import core, places
from .pools import Tasks, pool_mark
from .shared import MARK, Mark, Proxy, Waiting, idling, mark_of
from .wrapping import replace


def patch_base(module):
    def waiting_for(original):
        def wrapper(self, timeout=None):
            mark = mark_of(self)
            if mark is None or self.done():
                return original(self, timeout)
            with Waiting(mark.resource(), core.WAIT_RESULT, timeout is not None):
                return original(self, timeout)

        return wrapper

    def install(original):
        def _create_and_install_waiters(fs, return_when):
            waiter = original(fs, return_when)
            mark = next((mark_of(each) for each in fs if mark_of(each) is not None), None)
            if mark is not None:
                _observe(waiter.event, mark)
            return waiter

        return _create_and_install_waiters

    replace(module.Future, 'result', waiting_for)
    replace(module.Future, 'exception', waiting_for)
    replace(module, '_create_and_install_waiters', install)


def _observe(event, mark):
    """`wait` and `as_completed` wait for an event of their own."""
    original = event.wait

    def wait(timeout=None):
        if event.is_set():
            return original(timeout)
        with Waiting(mark.resource(), core.WAIT_RESULT, timeout is not None) as waiting:
            was_set = original(timeout)
            if not was_set:
                waiting.timed_out()
            return was_set

    event.wait = wait


def _submit(original):
    def submit(*args, **kwargs):
        # Until 3.8 `self` may be anything's name among the keywords.
        future = original(*args, **kwargs)
        setattr(future, MARK, mark_of(args[0]))
        return future

    return submit


def patch_thread(module):
    def init(original):
        def __init__(self, *args, **kwargs):
            original(self, *args, **kwargs)
            mark = Mark(core.RESOURCE_POOL, self._max_workers, '', places.caller())
            mark.resource()
            setattr(self, MARK, mark)
            self._work_queue = Proxy(self._work_queue, **{MARK: (mark, count(1).__next__)})

        return __init__

    def worker(original):
        def _worker(executor_reference, *args):
            # A queue of work is the one argument that has been given a mark.
            at = next((i for i, each in enumerate(args) if isinstance(each, Proxy)), None)
            if at is None:
                return original(executor_reference, *args)
            work = args[at]
            mark, number = getattr(work, MARK)
            tasks = Tasks(mark)
            take = tasks.taking(work.get, lambda item: number(), lambda item: 1)
            futures = []

            # It asks for the next one as soon as it has done with one. Nothing stands between it and
            # a call: frames there would keep alive what an exception's traceback refers to.
            def get(*args, **kwargs):
                if futures:
                    tasks.end(futures.pop()._exception is not None)
                item = take(*args, **kwargs)
                if item is not None:
                    futures.append(item.future)
                return item

            def get_nowait():
                return get(block=False)

            proxy = Proxy(work, get=get, get_nowait=get_nowait)
            return original(executor_reference, *(args[:at] + (proxy,) + args[at + 1 :]))

        return _worker

    replace(module.ThreadPoolExecutor, '__init__', init)
    replace(module.ThreadPoolExecutor, 'submit', _submit)
    replace(module, '_worker', worker)


def patch_process(module):
    def calls_of(item):
        try:
            return len(item.args[0]) if item.fn.func is module._process_chunk else 1
        except Exception:
            return 1

    def init(original):
        def __init__(self, *args, **kwargs):
            original(self, *args, **kwargs)
            mark = pool_mark(self._call_queue, self._max_workers, places.caller())
            mark.resource()
            setattr(self, MARK, mark)

        return __init__

    def worker(original):
        def _process_worker(call_queue, result_queue, *args):
            global _tasks
            _tasks = tasks = Tasks(pool_mark(call_queue))
            for queue in (call_queue, result_queue):
                setattr(queue, MARK, None)
            get = tasks.taking(call_queue.get, lambda item: item.work_id & core.UNKNOWN, calls_of)
            return original(Proxy(call_queue, get=get), result_queue, *args)

        return _process_worker

    def send_back(original):
        def _sendback_result(result_queue, work_id, result=None, exception=None, **kwargs):
            if _tasks is not None:
                _tasks.end(exception is not None)
            return original(result_queue, work_id, result, exception, **kwargs)

        return _sendback_result

    replace(module.ProcessPoolExecutor, '__init__', init)
    replace(module.ProcessPoolExecutor, 'submit', _submit)
    replace(module, '_process_worker', worker)
    replace(module, '_sendback_result', send_back)
    if hasattr(module, '_ExecutorManagerThread'):
        replace(module._ExecutorManagerThread, 'wait_result_broken_or_wakeup', idling)


#: Of this process, if it is a worker.
_tasks = None

PATCHES = {
    'concurrent.futures._base': patch_base,
    'concurrent.futures.thread': patch_thread,
    'concurrent.futures.process': patch_process,
}


def patch(module):
    PATCHES[module.__name__](module)
