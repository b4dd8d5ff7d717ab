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
