"""multiprocessing.shared_memory: which blocks there are; whoever cleans up knows their names."""
from . import core, places
from .wrapping import replace


def patch(module):
    def init(original):
        def __init__(self, *args, **kwargs):
            original(self, *args, **kwargs)
            core.declare(core.RESOURCE_SHARED, self.size, self.name, places.caller(), self.name)

        return __init__

    replace(module.SharedMemory, '__init__', init)
