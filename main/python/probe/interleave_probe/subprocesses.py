"""subprocess.Popen: whoever waits for another program is idle."""
from . import core
from .core import thread
from .wrapping import replace

_STATE = core.KIND_STATE << 24


def patch(subprocess):
    # Where each has its timeout among its arguments.
    replace(subprocess.Popen, 'wait', _waits(0))
    replace(subprocess.Popen, 'communicate', _waits(1))


def _waits(at):
    def make(original):
        def wait(self, *arguments, **named):
            if getattr(self, 'returncode', None) is not None:
                return original(self, *arguments, **named)
            timeout = arguments[at] if len(arguments) > at else named.get('timeout')
            timed = 0 if timeout is None else 1
            joined = (core.JOINED_PROCESS + getattr(self, 'pid', 0)) & core.UNKNOWN
            thread.write(_STATE, core.STATE_IDLE, joined, timed)
            try:
                return original(self, *arguments, **named)
            finally:
                thread.write(_STATE, core.STATE_RUNNING)

        return wait

    return make
