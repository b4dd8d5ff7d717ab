"""subprocess.Popen: whoever waits for another program is idle."""
from . import core
from .core import thread
from .wrapping import replace

_STATE = core.KIND_STATE << 24


def patch(subprocess):
    for name in ('wait', 'communicate'):
        replace(subprocess.Popen, name, _waits)


def _waits(original):
    def wait(self, *arguments, **named):
        if getattr(self, 'returncode', None) is not None:
            return original(self, *arguments, **named)
        timed = 1 if named.get('timeout', arguments[-1] if arguments else None) is not None else 0
        joined = (core.JOINED_PROCESS + getattr(self, 'pid', 0)) & core.UNKNOWN
        thread.write(_STATE, core.STATE_IDLE, joined, timed)
        try:
            return original(self, *arguments, **named)
        finally:
            thread.write(_STATE, core.STATE_RUNNING)

    return wait
