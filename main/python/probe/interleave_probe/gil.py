"""
Where the GIL is in the memory of this process, and which thread state is whose: what the sampler
reads from outside. Needs ctypes; without it, or off Linux, nobody knows.
"""
import os
import struct
import sys

try:
    import ctypes
except ImportError:
    ctypes = None

#: The GIL lies within the first 128 KiB of the runtime's state in all versions.
_RUNTIME_BYTES = 1 << 19
_PROT_READ_WRITE = 3
_MAP_SHARED = 1

#: None: not looked for yet. Forked children have the same.
_address = None
_get_state = None


def is_free_threaded():
    """Of the build, whatever runs."""
    # Free-threaded builds alone have the abiflag; Windows names none, but has the GIL question.
    return 't' in getattr(sys, 'abiflags', '') or not is_on()


def is_on():
    """Whether the threads of this process take turns under a GIL."""
    return getattr(sys, '_is_gil_enabled', _yes)()


def _yes():
    return True


def _nothing():
    return 0


def thread_state():
    """Address of the calling thread's PyThreadState; 0: not known."""
    global _get_state
    if _get_state is None:
        try:
            _get_state = ctypes.pythonapi.PyThreadState_Get
            _get_state.restype = ctypes.c_void_p
            _get_state.argtypes = ()
        except AttributeError:
            _get_state = _nothing
    return _get_state() or 0


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
    runtime = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, '_PyRuntime'))
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
    from importlib.machinery import ExtensionFileLoader

    original = ExtensionFileLoader.exec_module

    def exec_module(self, module):
        original(self, module)
        if is_on():
            ExtensionFileLoader.exec_module = original
            tell()

    ExtensionFileLoader.exec_module = exec_module


def map_shared(descriptor, size):
    """
    The file as shared memory that keeps no descriptor and is never unmapped; None: not to be had.
    Raises OSError.
    """
    if ctypes is None or sys.platform != 'linux':
        return None
    function = ctypes.CDLL(None, use_errno=True).mmap
    function.restype = ctypes.c_void_p
    function.argtypes = (
        ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long)
    at = function(None, size, _PROT_READ_WRITE, _MAP_SHARED, descriptor, 0)
    if at is None or at == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), 'mmap')
    return (ctypes.c_char * size).from_address(at)


def die_with_parent():
    """
    The kernel kills this process when its parent dies, so that a killed runner leaves nothing. Not
    when the parent is gone already: somebody else has it then, who means to keep it.
    """
    if ctypes is None or sys.platform != 'linux':
        return
    parent = os.getppid()
    if parent == 1:
        return
    prctl = ctypes.CDLL(None).prctl
    prctl(1, 9, 0, 0, 0)
    if os.getppid() != parent:
        # It died meanwhile.
        prctl(1, 0, 0, 0, 0)
