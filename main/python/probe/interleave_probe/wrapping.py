"""In place of a function of the library: what is asked of it about itself stays the same."""


def replace(owner, name, make):
    """
    owner.name becomes make(original), which looks like it. Nothing if it has none of its own.
    owner: a class or a module.
    """
    original = owner.__dict__.get(name)
    if original is None:
        return
    if isinstance(original, (staticmethod, classmethod)):
        kind, original = type(original), original.__func__
    else:
        kind = None
    made = make(original)
    for attribute in ('__module__', '__name__', '__qualname__', '__doc__'):
        if hasattr(original, attribute):
            setattr(made, attribute, getattr(original, attribute))
    # For inspect.signature.
    made.__wrapped__ = original
    setattr(owner, name, kind(made) if kind else made)


def stand_in(original, call, reduced):
    """
    In place of a built-in function: not a function, since one that is an attribute of a class would
    get the object as its first argument, which a built-in does not.

    call: what it does; reduced: how it is pickled.
    """

    class builtin_function_or_method:
        def __init__(self):
            for name in ('__module__', '__name__', '__qualname__', '__doc__', '__self__',
                         '__text_signature__'):
                if hasattr(original, name):
                    setattr(self, name, getattr(original, name))

        def __repr__(self):
            return repr(original)

        def __reduce__(self):
            return reduced

        __call__ = staticmethod(call)
        __class__ = property(lambda self: type(original))

    return builtin_function_or_method()
