"""
How children get the probe: a forked one inherits it, one that starts anew is given a sentence of
code before its own. No variable of the environment, no module path: where the probe's folder has
gone, the child runs without it.
"""
import os
import sys
from _thread import _local

from . import core
from .wrapping import replace

#: multiprocessing.popen_fork.Popen._launch is under way in this thread, for a process of this name.
_launching = _local()

_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


#: Since 3.13 tracebacks show the line of the code, which is to be multiprocessing's.
_SEPARATOR = '\n' if sys.version_info >= (3, 13) else '; '


def _prefix(role):
    code = (
        "import sys",
        "try:",
        " sys.path.insert(0, %r)" % _FOLDER,
        " try:",
        "  from interleave_probe import children",
        " finally:",
        "  sys.path.remove(%r)" % _FOLDER,
        " children.boot(%r, %r, %r)" % (role, core.state.folder, core.state.options),
        "except Exception:",
        " pass",
    )
    # Hexadecimal: whatever quotes arguments, and whatever a path has in it. It leaves no name behind.
    return "exec(bytes.fromhex('%s'), {})%s" % ('\n'.join(code).encode().hex(), _SEPARATOR)


def boot(role, folder, options):
    """In the child, before anything else."""
    import interleave_probe

    # How it is called is known later (`begin`).
    interleave_probe.install(folder, role, None, **options)


def after_fork():
    """In every child that is a fork of this process."""
    if core.state.role == 'server':
        # How it is called is in what it is sent.
        core.open_file('forkserver', None)
    else:
        core.open_file('fork', getattr(_launching, 'name', 'Process-%d' % os.getpid()))
    _launching.__dict__.clear()


def begin(name):
    """This process is called so: its main thread's lane begins, unless it has begun."""
    if not core.thread.number:
        core.rename_process(name)
        core.begin_thread(name, 0, core.LANE_PROCESS)


def ended(code):
    """The process has done what it was started for."""
    core.event(core.KIND_END, 0, code & core.UNKNOWN)


def patch_spawn(module):
    def get_command_line(original):
        def get_command_line(**kwargs):
            return _with_prefix(original(**kwargs), 'multiprocessing.spawn', 'spawn')

        return get_command_line

    def prepare(original):
        def prepare(data):
            if 'name' in data and core.state.role in ('spawn', 'forkserver'):
                begin(data['name'])
            return original(data)

        return prepare

    replace(module, 'get_command_line', get_command_line)
    replace(module, 'prepare', prepare)


def patch_util(module):
    def spawnv_passfds(original):
        def spawnv_passfds(path, args, passfds):
            command = _with_prefix(args, 'multiprocessing.forkserver', 'server')
            return original(path, command, passfds)

        return spawnv_passfds

    replace(module, 'spawnv_passfds', spawnv_passfds)


def patch_popen_fork(module):
    def launch(original):
        def _launch(self, process_obj):
            _launching.name = process_obj._name
            try:
                return original(self, process_obj)
            finally:
                _launching.__dict__.clear()

        return _launch

    replace(module.Popen, '_launch', launch)


def _with_prefix(command, module, role):
    """The command with the probe before the code that it runs, if that begins with this module."""
    command = list(command)
    for at in range(1, len(command)):
        if command[at - 1] in ('-c', b'-c'):
            code = os.fsdecode(command[at])
            if 'from ' + module + ' import' in code:
                code = _prefix(role) + code
                command[at] = os.fsencode(code) if isinstance(command[at], bytes) else code
            break
    return command


PATCHES = {
    'multiprocessing.spawn': patch_spawn,
    'multiprocessing.util': patch_util,
    'multiprocessing.popen_fork': patch_popen_fork,
}


def patch(module):
    PATCHES[module.__name__](module)
