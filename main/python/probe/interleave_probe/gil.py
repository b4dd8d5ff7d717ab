"""
Where the GIL is in the memory of this process, and which thread state is whose: what the sampler
reads from outside. By _ctypes, not by ctypes, which imports threading and leaves a descriptor open
where libffi does; without it, or off Linux, nobody knows.
"""
import os
import struct
import sys

try:
    import _ctypes
except ImportError:
    _ctypes = None

#: The GIL lies within the first 128 KiB of the runtime's state in all versions.
_RUNTIME_BYTES = 1 << 19
_PROT_READ_WRITE = 3
_MAP_SHARED = 1
_SET_PARENT_DEATH_SIGNAL = 1

#: None: not looked for yet. Forked children have the same.
_address = None
_library = None
_get_state = None


def is_free_threaded():
    """Of the build, whatever runs."""
    return 't' in getattr(sys, 'abiflags', '') or not is_on()


def is_on():
    """Whether the threads of this process take turns under a GIL."""
    return getattr(sys, '_is_gil_enabled', _yes)()


def _yes():
    return True


def _nothing():
    return 0


def _symbol(name):
    """Address of what this process has by that name. Raises OSError and AttributeError."""
    global _library
    if _library is None:
        _library = _ctypes.dlopen(None, 0x102)  # RTLD_GLOBAL | RTLD_NOW
    return _ctypes.dlsym(_library, name)


def _function(name, flags=0):
    """A C function that takes words and returns one. Raises OSError and AttributeError."""

    class Word(_ctypes._SimpleCData):
        _type_ = 'P'

    class Function(_ctypes.CFuncPtr):
        _flags_ = _ctypes.FUNCFLAG_CDECL | flags
        _restype_ = Word

    function = Function(_symbol(name))
    return lambda *words: function(*map(Word, words)) or 0


def thread_state():
    """Address of the calling thread's PyThreadState; 0: not known."""
    global _get_state
    if _get_state is None:
        try:
            # PYTHONAPI: the GIL is kept during the call.
            _get_state = _function('PyThreadState_Get', _ctypes.FUNCFLAG_PYTHONAPI)
        except (AttributeError, OSError):
            _get_state = _nothing
    return _get_state()


def address():
    """Address of the GIL's `interval` (../../FORMAT.md); 0: not found."""
    global _address
    if _address is None:
        try:
            _address = _find() if sys.platform == 'linux' else 0
        except (AttributeError, OSError, ValueError, struct.error):
            _address = 0
    return _address


def _find():
    """
    In the runtime's state: the interval, followed by the last holder, which is this thread. There
    is one such place in all versions from 3.8 to 3.15; were there more, none would be taken.
    """
    me = thread_state()
    if not me:
        return 0
    runtime = _symbol('_PyRuntime')
    wanted = struct.pack('<QQ', round(sys.getswitchinterval() * 1e6), me)
    memory = os.open('/proc/self/mem', os.O_RDONLY | os.O_CLOEXEC)
    try:
        data = os.pread(memory, _RUNTIME_BYTES, runtime)
    finally:
        os.close(memory)
    at = data.find(wanted)
    return runtime + at if at >= 0 and data.find(wanted, at + 8) < 0 else 0


def watch(tell):
    """
    Calls tell() when an extension that is imported has switched a free-threaded build's GIL on.
    """
    if is_on() or not is_free_threaded():
        return
    # Not by importlib.machinery, which imports more than the program has.
    loader = sys.modules['_frozen_importlib_external'].ExtensionFileLoader
    original = loader.exec_module

    def exec_module(self, module):
        original(self, module)
        if is_on():
            loader.exec_module = original
            tell()

    loader.exec_module = exec_module


def map_shared(descriptor, size):
    """
    The file as shared memory that keeps no descriptor and is never unmapped; None: not to be had.
    Raises OSError.
    """
    if _ctypes is None or sys.platform != 'linux':
        return None
    try:
        function = _function('mmap')
    except (AttributeError, OSError):
        return None
    at = function(0, size, _PROT_READ_WRITE, _MAP_SHARED, descriptor, 0)
    if at == 0 or at + 1 == 1 << 8 * struct.calcsize('P'):
        raise OSError('mmap')

    class Byte(_ctypes._SimpleCData):
        _type_ = 'c'

    class Bytes(_ctypes.Array):
        _type_ = Byte
        _length_ = size

    return Bytes.from_address(at)


def die_with_parent():
    """
    The kernel kills this process when its parent dies, so that a killed runner leaves nothing. Not
    when the parent is gone already: somebody else has it then, who means to keep it.
    """
    parent = os.getppid() if sys.platform == 'linux' else 1
    if _ctypes is None or parent == 1:
        return
    try:
        prctl = _function('prctl')
    except (AttributeError, OSError):
        return
    prctl(_SET_PARENT_DEATH_SIGNAL, 9, 0, 0, 0)
    if os.getppid() != parent:
        # It died meanwhile.
        prctl(_SET_PARENT_DEATH_SIGNAL, 0, 0, 0, 0)
