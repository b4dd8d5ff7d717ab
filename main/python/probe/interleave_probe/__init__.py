"""
Interleave's probe: writes what the threads, locks, queues and processes of this program do into a
trace file (../../FORMAT.md), and changes nothing that the program could notice. Standard library
only, CPython 3.8 to 3.15. See ../../README.md.
"""
import os
import sys

from . import children, core, gil

#: Which of the probe's modules patch a module of the library: `patch(module)` once it is imported.
#: A name that ends with a dot is a prefix.
REGISTRY = {
    'threading': ('threads', 'locks'),
    'queue': ('queues',),
    'traceback': ('frames',),
    'subprocess': ('subprocesses',),
    'selectors': ('selecting',),
    'signal': ('signals',),
    'asyncio.base_events': ('tasks',),
    'multiprocessing.connection': ('channels',),
    'multiprocessing.context': ('processes',),
    'multiprocessing.managers': ('managers',),
    'multiprocessing.pool': ('pools',),
    'multiprocessing.popen_fork': ('processes', 'children'),
    'multiprocessing.popen_forkserver': ('processes',),
    'multiprocessing.popen_spawn_win32': ('processes',),
    'multiprocessing.process': ('processes',),
    'multiprocessing.queues': ('channels',),
    'multiprocessing.shared_memory': ('shared_memory',),
    'multiprocessing.sharedctypes': ('sharedctypes',),
    'multiprocessing.spawn': ('children',),
    'multiprocessing.synchronize': ('semaphores',),
    'multiprocessing.util': ('children',),
    'concurrent.futures._base': ('futures',),
    'concurrent.futures.process': ('futures',),
    'concurrent.futures.thread': ('futures',),
}
#: Patched when the probe is installed: they are built in.
AT_ONCE = {'time': ('sleeping',)}


def install(folder, role='main', name='MainProcess', **options):
    """
    Opens the trace file in `folder` and patches what the program has imported and will import.
    Does nothing, silently, when the file cannot be made.

    role: 'main', 'spawn', 'server' or 'forkserver'; name: of the process; options: what children
    are given, too, such as start_method; with `debug` a patch that fails is printed.
    """
    core.state.folder = os.path.abspath(folder)
    core.state.options = options
    if not core.open_file(role, name):
        return
    if hasattr(os, 'register_at_fork'):
        os.register_at_fork(after_in_child=children.after_fork)
    _flush_lines()
    for registry in (AT_ONCE, REGISTRY):
        for known in [each for each in sys.modules if _patches(registry, each)]:
            apply(sys.modules[known], _patches(registry, known))
    sys.meta_path.insert(0, _Finder())
    gil.watch(lambda: core.event(core.KIND_GIL, 0, 1))


def _flush_lines():
    """As at a terminal: lines are to be seen when they are printed."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.reconfigure(line_buffering=True)
        except (AttributeError, ValueError, OSError):
            pass


def _patches(registry, name):
    return registry.get(name, ()) + registry.get(name[:name.rfind('.') + 1], ())


def apply(module, patches):
    """Patches a module of the library. What fails stays as it was."""
    for patch in patches:
        try:
            __import__(__name__ + '.' + patch)
            sys.modules[__name__ + '.' + patch].patch(module)
        except Exception:
            if core.state.options.get('debug'):
                import traceback

                traceback.print_exc()


class _Finder:
    """Finds no module itself: lets the others find it, and patches it when it has been executed."""

    def __init__(self):
        # Whether it asks the others: then it is not asked.
        self._finding = set()

    def find_spec(self, name, path=None, target=None):
        patches = _patches(REGISTRY, name)
        if not patches or name in self._finding:
            return None
        self._finding.add(name)
        try:
            spec = _find_elsewhere(self, name, path, target)
        finally:
            self._finding.discard(name)
        if spec is not None and hasattr(spec.loader, 'exec_module'):
            spec.loader = _Loader(spec.loader, patches)
        return spec

    def invalidate_caches(self):
        pass


def _find_elsewhere(own, name, path, target):
    for finder in sys.meta_path:
        find = None if finder is own else getattr(finder, 'find_spec', None)
        spec = None if find is None else find(name, path, target)
        if spec is not None:
            return spec
    return None


class _Loader:
    """Stands in for a module's loader until it has been executed; the module never sees it."""

    def __init__(self, loader, patches):
        self._loader = loader
        self._patches = patches

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        apply(module, self._patches)
