"""time.sleep."""
from . import core
from .core import thread
from .waiting import locate_state
from .wrapping import stand_in

_STATE = core.KIND_STATE << 24


def patch(time):
    original = time.sleep

    def sleep(*arguments, **named):
        thread.write(_STATE, core.STATE_SLEEPING, 0, 1)
        try:
            locate_state(core.STATE_SLEEPING)
            return original(*arguments, **named)
        finally:
            thread.write(_STATE, core.STATE_RUNNING)

    time.sleep = stand_in(original, sleep, 'sleep')
