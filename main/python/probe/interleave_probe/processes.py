"""Life of processes: start, begin, end, join, and what became of them."""
from . import children, core
from .shared import Idle
from .wrapping import replace


def patch_process(module):
    base = module.BaseProcess

    def start(original):
        def start(self):
            original(self)
            # Under fork the child never comes here.
            pid = getattr(self._popen, 'pid', None)
            if pid:
                core.text(core.KIND_CHILD, 0, pid, 0, 0, str(self._name))

        return start

    def bootstrap(original):
        def _bootstrap(self, *args, **kwargs):
            children.begin(self._name)
            code = 1
            try:
                code = original(self, *args, **kwargs)
                return code
            finally:
                children.ended(code)

        return _bootstrap

    def join(original):
        def join(self, timeout=None):
            popen = self._popen
            if popen is None or popen.returncode is not None or self._closed:
                return original(self, timeout)
            with Idle(core.JOINED_PROCESS + (getattr(popen, 'pid', 0) or 0), timeout is not None):
                return original(self, timeout)

        return join

    def join_parent(original):
        def join(self, timeout=None):
            with Idle(core.JOINED_PROCESS + self._pid, timeout is not None):
                return original(self, timeout)

        return join

    replace(base, 'start', start)
    replace(base, '_bootstrap', bootstrap)
    replace(base, 'join', join)
    replace(module._ParentProcess, 'join', join_parent)


def _reaping(original):
    """Of a Popen's method that finds out how the process ended."""

    def wrapper(self, *args, **kwargs):
        known = self.returncode is not None
        code = original(self, *args, **kwargs)
        if code is not None and not known:
            core.event(core.KIND_CHILD, 0, self.pid, 1, code & core.UNKNOWN)
        return code

    return wrapper


def patch_popen(module):
    replace(module.Popen, 'poll', _reaping)


def patch_popen_windows(module):
    # Its `poll` is a `wait`.
    replace(module.Popen, 'wait', _reaping)


def patch_context(module):
    """
    The start method that the run was asked for becomes the interpreter's default: the script may set
    its own, as always.
    """
    method = core.state.options.get('start_method')
    if method in module._concrete_contexts:
        module._default_context._default_context = module._concrete_contexts[method]


PATCHES = {
    'multiprocessing.context': patch_context,
    'multiprocessing.process': patch_process,
    'multiprocessing.popen_fork': patch_popen,
    'multiprocessing.popen_forkserver': patch_popen,
    'multiprocessing.popen_spawn_win32': patch_popen_windows,
}


def patch(module):
    PATCHES[module.__name__](module)
