"""Managers: whoever calls an object of theirs waits for the server that has it."""
from . import core, places
from .shared import MARK, Mark, Waiting
from .wrapping import replace


def patch(module):
    def call(original):
        def _callmethod(self, methodname, args=(), kwds={}):
            with Waiting(_mark(self).resource(), core.WAIT_RESULT):
                return original(self, methodname, args, kwds)

        return _callmethod

    replace(module.BaseProxy, '_callmethod', call)


def _mark(proxy):
    """Known by the server's address and its id there; an attribute is not pickled with a proxy."""
    mark = proxy.__dict__.get(MARK)
    if mark is None:
        token = proxy._token
        key = 'object %s %s' % (token.address, token.id)
        mark = Mark(core.RESOURCE_SHARED, 0, str(token.typeid), places.caller(), key)
        proxy.__dict__[MARK] = mark
    return mark
