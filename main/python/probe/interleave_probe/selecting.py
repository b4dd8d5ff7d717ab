"""
selectors, in which event loops and servers wait for input and output. (PollSelector is that of
multiprocessing.connection, which is told of elsewhere.)
"""
from . import core
from .core import thread
from .wrapping import replace

_STATE = core.KIND_STATE << 24


def patch(selectors):
    for name in ('EpollSelector', 'KqueueSelector', 'DevpollSelector', 'SelectSelector'):
        if hasattr(selectors, name):
            replace(getattr(selectors, name), 'select', _select)


def _select(original):
    def select(self, timeout=None):
        # A look, not a wait.
        if timeout is not None and timeout <= 0:
            return original(self, timeout)
        thread.write(_STATE, core.STATE_SLEEPING, 0, 0 if timeout is None else 1)
        try:
            return original(self, timeout)
        finally:
            thread.write(_STATE, core.STATE_RUNNING)

    return select
