"""From run.py to the script: everything is made as the interpreter makes it for `python script.py`."""
import os
import sys

import interleave_probe
from . import core, gil, places

_ENTRY_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
#: What the interpreter gives `__main__`; all else in run.py's namespace goes.
_GIVEN = ('__name__', '__doc__', '__package__', '__loader__', '__spec__', '__annotations__',
          '__builtins__', '__file__', '__cached__')


def enter(namespace):
    """Runs the script that the command line names, in run.py's own namespace."""
    options, arguments = _parse(sys.argv[1:])
    script = arguments[0]
    path = _path_as_interpreter(script)
    code = _compile(script, path)
    if code is None:
        _hand_over(arguments)
    if hasattr(sys, 'orig_argv'):
        sys.orig_argv[len(sys.orig_argv) - len(sys.argv):] = arguments
    sys.argv[:] = arguments
    if sys.path and os.path.realpath(sys.path[0]) == os.path.realpath(_ENTRY_FOLDER):
        sys.path[0] = os.path.dirname(os.path.realpath(script))
    for name in [each for each in namespace if each not in _GIVEN]:
        del namespace[name]
    loader = type(namespace['__loader__'])
    namespace.update(__doc__=None, __file__=path, __loader__=loader('__main__', path))
    interleave_probe.install(options.pop('trace'), 'main', 'MainProcess', **options)
    gil.die_with_parent()
    if sys.dont_write_bytecode:
        _keep_compiled()
    _run(code, namespace)


def _parse(arguments):
    options = {}
    while arguments and arguments[0] != '--':
        options[arguments[0][2:].replace('-', '_')] = arguments[1]
        arguments = arguments[2:]
    if len(arguments) < 2 or 'trace' not in options:
        sys.exit('usage: run.py --trace FOLDER [--start-method METHOD] -- script.py [argument …]')
    return options, arguments[1:]


def _path_as_interpreter(script):
    """`__file__` of `__main__`: absolute from 3.9 on, not normalised."""
    if sys.version_info < (3, 9) or os.path.isabs(script):
        return script
    return os.path.join(os.getcwd(), script)


def _compile(script, path):
    """None: it cannot be read or compiled."""
    try:
        with open(script, 'rb') as file:
            return compile(file.read(), path, 'exec', dont_inherit=True)
    except (OSError, SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
        return None


def _hand_over(arguments):
    """
    To the interpreter itself, in place of this process: nobody says better than it why a script
    cannot be run. (It also runs folders and archives, which are not traced.)
    """
    if hasattr(sys, 'orig_argv'):
        command = sys.orig_argv[:len(sys.orig_argv) - len(sys.argv)] + arguments
    else:
        from subprocess import _args_from_interpreter_flags

        command = [sys.executable, *_args_from_interpreter_flags(), *arguments]
    if os.name == 'posix':
        os.execv(sys.executable, command)
    from subprocess import call

    os._exit(call(command, executable=sys.executable))


def _keep_compiled():
    """
    Compiles the probe for good, once. PYTHONDONTWRITEBYTECODE, which many containers set, is about the
    program's modules; the probe's folder is its own, and compiling is most of what it adds to a start.
    """
    machinery = sys.modules['_frozen_importlib_external']
    folder = os.path.dirname(os.path.abspath(__file__))
    wanted = sys.dont_write_bytecode
    try:
        paths = sorted(os.path.join(folder, each) for each in os.listdir(folder) if each.endswith('.py'))
        # One after the other: where the last one is, all are.
        if os.path.exists(machinery.cache_from_source(paths[-1])):
            return
        sys.dont_write_bytecode = False
        for path in paths:
            machinery.SourceFileLoader(path, path).get_code(path)
    except (AttributeError, OSError, NotImplementedError):
        # It is compiled at every start, then.
        pass
    finally:
        sys.dont_write_bytecode = wanted


def _run(code, namespace):
    core.event(core.KIND_BEGIN)
    try:
        exec(code, namespace)
    except SystemExit as error:
        core.event(core.KIND_END, 0, _exit_code(error.code))
        raise
    except BaseException as error:
        core.event(core.KIND_END, 0, 1)
        _hide(error)
        raise
    core.event(core.KIND_END)


def _exit_code(code):
    if code is None:
        return 0
    return code & core.UNKNOWN if isinstance(code, int) else 1


def _hide(error):
    """
    Whoever prints the exception that ends the program sees no frames of the probe. Only now: the
    hook is whose it is while the program runs.
    """
    hook = getattr(sys, 'excepthook', None)
    if hook is None:
        return

    def excepthook(kind, value, traceback):
        sys.excepthook = hook
        places.hide_probe(value)
        sys.last_traceback = value.__traceback__
        hook(kind, value, value.__traceback__)

    sys.excepthook = excepthook
