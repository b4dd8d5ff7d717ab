"""
python [-X …] run.py --trace FOLDER [--start-method METHOD] -- script.py [argument …]

Runs an unmodified script under the probe, in the real `__main__`: this module becomes it. How it
ends, and what is printed then, is as without the probe.
"""
import sys


def _import_entry():
    """The probe's entry, without its folder in the program's sys.path or in sys.path[0]."""
    folder = __file__.rpartition('/')[0] or '.'
    if sys.platform == 'win32':
        folder = __file__.replace('/', '\\').rpartition('\\')[0] or '.'
    sys.path.insert(0, folder)
    try:
        from interleave_probe import entry
    finally:
        sys.path.remove(folder)
    return entry


# What follows has no names of its own: they would be the script's.
_import_entry().enter(globals())
