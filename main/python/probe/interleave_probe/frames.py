"""traceback: what it prints shows no frames of the probe."""
from . import places


def patch(traceback):
    for name in ('walk_tb', '_walk_tb_with_full_positions'):
        if hasattr(traceback, name):
            setattr(traceback, name, _without_probe(getattr(traceback, name), _frame_of_pair))
    traceback.walk_stack = _without_probe(traceback.walk_stack, _frame_of_pair)


def _frame_of_pair(pair):
    return pair[0]


def _without_probe(walk, frame_of):
    def walk_without(start):
        # No frame of ours: from 3.11 to 3.14 `walk_stack(None)` counts those above it.
        return filter(lambda each: not places.is_probe(frame_of(each)), walk(start))

    walk_without.__name__ = walk.__name__
    walk_without.__qualname__ = walk.__qualname__
    walk_without.__module__ = walk.__module__
    walk_without.__doc__ = walk.__doc__
    return walk_without
