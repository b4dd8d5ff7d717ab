"""multiprocessing.sharedctypes: the lock of a Value or an Array is called after it."""
from .shared import mark_of
from .wrapping import replace


def patch(module):
    def init(original):
        def __init__(self, obj, lock=None, ctx=None):
            original(self, obj, lock, ctx)
            mark = mark_of(self._lock)
            if mark is not None and not mark.name and not mark.number:
                mark.name = 'Lock of ' + ('an Array' if hasattr(obj, '__len__') else 'a Value')

        return __init__

    replace(module.SynchronizedBase, '__init__', init)
