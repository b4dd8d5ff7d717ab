"""Where in the program something happens: `file.py:12` of the innermost frame that is the program's."""
import os
import sys

_getframe = sys._getframe
_OWN = os.path.dirname(os.path.abspath(__file__)) + os.sep
_ENTRY = os.path.join(os.path.dirname(os.path.dirname(_OWN)), 'run.py')
_LIBRARY = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
#: Packages that were installed, and the library's own tests, are programs like any other.
_INSTALLED = ('site-packages', 'dist-packages', 'test')
_MAXIMUM_FRAMES = 200

#: The base name of each source file that is the program's; '' of the others.
_files = {}


def _file(filename):
    try:
        return _files[filename]
    except KeyError:
        known = _files[filename] = '' if _is_ours(filename) or _is_library(filename) else os.path.basename(filename)
        return known


def _is_ours(filename):
    return filename.startswith(_OWN) or filename == _ENTRY


def _is_library(filename):
    if filename.startswith('<frozen '):
        return True
    if not filename.startswith(_LIBRARY):
        return False
    return filename[len(_LIBRARY):].split(os.sep, 1)[0] not in _INSTALLED


def is_user(frame):
    """Whether the frame is the program's: neither the standard library's nor the probe's."""
    return _file(frame.f_code.co_filename) != ''


def is_program(code):
    """The same of a code object."""
    return _file(code.co_filename) != ''


def place_of(code):
    """`file.py:12` of where a function of the program is defined."""
    return '%s:%d' % (_file(code.co_filename), code.co_firstlineno)


def is_probe(frame):
    return _is_ours(frame.f_code.co_filename)


def user_place(depth=1):
    """
    `file.py:12` of the frame that is `depth` calls above the caller of this function (1: whoever
    called the caller) when it is the program's, else ''.
    """
    try:
        frame = _getframe(depth + 1)
    except ValueError:
        return ''
    name = _file(frame.f_code.co_filename)
    return '%s:%d' % (name, frame.f_lineno) if name else ''


def caller(frame=None):
    """`file.py:12` of the innermost frame that is the program's, however far away; '' without one."""
    if frame is None:
        frame = _getframe(1)
    for _ in range(_MAXIMUM_FRAMES):
        if frame is None:
            return ''
        name = _file(frame.f_code.co_filename)
        if name:
            return '%s:%d' % (name, frame.f_lineno)
        frame = frame.f_back
    return ''


def without_probe(traceback):
    """The traceback without the frames of the probe. Changes it in place, as far as it can."""
    while traceback is not None and is_probe(traceback.tb_frame):
        traceback = traceback.tb_next
    at = traceback
    while at is not None:
        while at.tb_next is not None and is_probe(at.tb_next.tb_frame):
            at.tb_next = at.tb_next.tb_next
        at = at.tb_next
    return traceback


def hide_probe(error):
    """The exception, its causes and contexts, without the frames of the probe."""
    seen = set()
    left = [error]
    while left:
        each = left.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        each.__traceback__ = without_probe(each.__traceback__)
        left += [each.__cause__, each.__context__]
