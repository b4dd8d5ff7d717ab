"""
signal.signal: the program's handlers run in its main thread, whatever that waits for, and may bring
what it waits for. Its waits are then said to end by themselves: nobody can be sure of a deadlock.
"""
from .core import thread
from .wrapping import replace


def patch(module):
    replace(module, 'signal', lambda original: _signal(original, module.default_int_handler))


def _signal(original, default):
    handled = set()

    def signal(signalnum, handler):
        before = original(signalnum, handler)
        if callable(handler) and handler is not default:
            handled.add(signalnum)
        else:
            handled.discard(signalnum)
        # Only the main thread comes as far as here.
        thread.handles = 1 if handled else 0
        return before

    return signal
