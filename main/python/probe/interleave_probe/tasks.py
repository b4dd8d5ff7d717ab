"""
asyncio's tasks from 3.12 on, each a lane of its own: running while a step of it runs, idle while it
awaits. The task gets a stand-in for its coroutine, which tells of each step; neither task factory
nor monitoring is used, which belong to the program.
"""
import sys
from collections.abc import Coroutine

from . import core
from .core import event, text, thread
from .wrapping import replace

_STATE = core.KIND_STATE << 24
_LANE = core.KIND_LANE << 24


def patch(base_events):
    if sys.version_info >= (3, 12):
        replace(base_events.BaseEventLoop, 'create_task', _create_task)


def _create_task(original):
    def create_task(self, coro, **named):
        # Whatever else it is given, the original says what is wrong with it.
        if type(coro).__name__ != 'coroutine':
            return original(self, coro, **named)
        return original(self, _Steps(coro), **named)

    return create_task


class _Steps(Coroutine):
    """A coroutine that tells of its steps. It has the attributes of the true one."""

    def __init__(self, coroutine):
        self._coroutine = coroutine
        self._starter = thread.lane or core.thread_number()
        self._lane = 0
        self._ended = False

    def _begin(self):
        """With the first step: only then has it a name in all versions, and its thread."""
        self._lane = core.new_number()
        name = '%s (%s)' % (_name_of_current(), self._coroutine.__name__)
        thread.write(_LANE, self._lane)
        text(core.KIND_LANE_START, 0, self._lane, self._starter, core.LANE_THREAD, name)

    def send(self, value):
        return self._step(self._coroutine.send, value)

    def throw(self, *error):
        return self._step(self._coroutine.throw, *error)

    def close(self):
        return self._coroutine.close()

    def _step(self, step, *values):
        if self._ended:
            # It says itself that it is over; its lane is.
            return step(*values)
        outer = thread.lane
        if self._lane:
            thread.write(_LANE, self._lane)
        else:
            self._begin()
        thread.lane = self._lane
        thread.write(_STATE, core.STATE_RUNNING)
        try:
            awaited = step(*values)
        except StopIteration:
            self._end(core.LANE_END_RETURNED)
            raise
        except BaseException as error:
            is_cancelled = type(error).__name__ == 'CancelledError'
            self._end(core.LANE_END_TERMINATED if is_cancelled else core.LANE_END_THREW)
            raise
        else:
            thread.write(_STATE, core.STATE_IDLE)
            return awaited
        finally:
            thread.lane = outer
            thread.write(_LANE, outer)

    def _end(self, end):
        if not self._ended:
            self._ended = True
            event(core.KIND_LANE_END, 0, self._lane, end)

    def __await__(self):
        return (yield from self._coroutine.__await__())

    def __getattr__(self, name):
        # cr_frame, cr_code, __name__ and so on.
        return getattr(self._coroutine, name)

    def __repr__(self):
        return repr(self._coroutine)


def _name_of_current():
    try:
        return sys.modules['asyncio.tasks'].current_task().get_name()
    except (AttributeError, KeyError, RuntimeError):
        # A program with tasks or modules of its own.
        return 'Task'
