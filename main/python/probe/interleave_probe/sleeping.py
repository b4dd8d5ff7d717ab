"""time.sleep."""
from . import core
from .core import thread

_STATE = core.KIND_STATE << 24


def patch(time):
    original = time.sleep

    class builtin_function_or_method:
        """
        Not a function: one that is an attribute of a class would get the object as its first
        argument, a built-in does not.
        """

        def __init__(self):
            for name in ('__name__', '__qualname__', '__doc__', '__self__', '__text_signature__'):
                if hasattr(original, name):
                    setattr(self, name, getattr(original, name))
            self.__module__ = original.__module__

        def __call__(self, *arguments, **named):
            thread.write(_STATE, core.STATE_SLEEPING, 0, 1)
            try:
                return original(*arguments, **named)
            finally:
                thread.write(_STATE, core.STATE_RUNNING)

        def __repr__(self):
            return repr(original)

        def __reduce__(self):
            # By name, as a built-in.
            return 'sleep'

        __class__ = property(lambda self: type(original))

    time.sleep = builtin_function_or_method()
