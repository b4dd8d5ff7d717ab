"""
The trace file of this process (../../FORMAT.md) and how to write events into it.

The file is mapped into memory and carved into chunks, each of which belongs to one thread, so that
an event needs no lock, no system call and no allocation beyond a few ints, never gives up the GIL,
and is not lost when the process is killed. A thread reserves its next record first and the last
word of a record is written last: a signal handler may write in between, the reader sees a whole
record or none. Nothing here raises into the program; without a file all is dropped silently.
"""
import os
import struct
import sys
import time
from _thread import RLock, _local, get_ident, get_native_id
from itertools import count, islice

try:
    # Now: later a module of the program could be called so, which is the one that it imports.
    import mmap

    del sys.modules['mmap']
except ImportError:
    mmap = None

from .constants import *  # noqa: F401,F403
from .constants import (
    GIL_ON, FREE_THREADED, KIND_LANE_END, KIND_LANE_START, KIND_LOCATION, KIND_RESOURCE, KIND_SKIP,
    KIND_TEXT, KIND_ACQUIRE, KIND_THREAD, LANE_END_RETURNED, LANE_MAIN, LANE_PROCESS, LANE_THREAD,
    PLACE_ACQUIRED, RESOURCE_NAMES, ROLES, UNKNOWN,
)
from . import gil, places

MAGIC = b'ILVPROBE'
VERSION = 1
HEADER_BYTES = 256
SLOT_BYTES = 16
FIRST_CHUNK = 20_480
CHUNK_BYTES = 4_096
CHUNKS = 1_024
#: The disk gives room for so many chunks at a time.
BLOCK = 64
RECORD_BYTES = 24
TEXT_BYTES = 20
MAXIMUM_TEXT = 1_000
FILE_BYTES = FIRST_CHUNK + CHUNKS * CHUNK_BYTES
_RECORDS = CHUNK_BYTES // RECORD_BYTES
_MAXIMUM_RESOURCE = 0xff_ffff
_EMPTY = bytes(CHUNK_BYTES)
_CLOSE_ON_EXEC = getattr(os, 'O_CLOEXEC', 0)
_getpid = os.getpid

_RECORD = struct.Struct('<QIIII').pack_into
_WORD = struct.Struct('<I').pack_into
_READ_WORD = struct.Struct('<I').unpack_from
_SLOT = struct.Struct('<III').pack_into
_LONG = struct.Struct('<Q').pack_into
_HEADER = struct.Struct('<8sIIIIIIQQQQQIIIII').pack_into

#: Nanoseconds of CLOCK_MONOTONIC, as Node's process.hrtime.
clock = time.perf_counter_ns

#: Samples of where locks are acquired: as in main/threading/places.ts.
_LOOK_EVERY = 32
REST = 100
_MAXIMUM_SEEN = 4_096
#: Nanoseconds: a wait that lasted longer says where.
LONG_WAIT = 1_000_000


class _State:
    """Of this process; a forked child begins anew."""

    folder = ''
    #: What the entry or a parent process was given, for children: strings and numbers.
    options = {}
    role = 0
    pid = 0
    serial = 0
    #: The mapped file: anything with the buffer protocol; None: nothing is written.
    memory = None
    path = ''
    #: Of what follows. A signal handler may come while its thread has it: see is_taking.
    lock = RLock()
    is_taking = False
    is_starved = False
    sequence = 0
    #: The next to be looked at.
    slot = 0
    used = 0
    #: Chunks that there is room for.
    room = 0
    dropped = 0
    #: A call of a count is atomic for signal handlers.
    next_thread = count(1).__next__
    next_resource = count(1).__next__
    #: By kind, for names: Lock-1, Lock-2, …
    next_of_kind = [count(1).__next__ for _ in RESOURCE_NAMES]


state = _State()
#: Mappings of parents stay: the descriptors that an mmap object closes may be another's by now.
_kept = []


def _first(name, default):
    """The first call of a thread makes its writer, then goes there."""

    def first(*arguments):
        if state.memory is None:
            return default
        begin_thread(None)
        return getattr(thread, name)(*arguments)

    return staticmethod(first)


class _Thread(_local):
    """What each thread has of its own. The fallbacks are of a thread that has no writer yet."""

    #: Its number in this process; 0: it has none yet.
    number = 0
    #: Of the asyncio task whose step it runs; 0: of none.
    lane = 0
    #: 1: signal handlers of the program run in it, whatever it waits for.
    handles = 0
    #: write(word, a=0, b=0, c=0): word is kind << 24 | resource.
    write = _first('write', None)
    #: acquired(resource, waited=0): an `acquire`, with its place now and then.
    acquired = _first('acquired', None)
    #: text(word, a, b, c, data): data are at most MAXIMUM_TEXT bytes.
    text = _first('text', None)
    seal = staticmethod(lambda: None)
    departure = None

    def __init__(self):
        #: By state: until when it is not said again where the thread is in it.
        self.rested = {}


thread = _Thread()


def event(kind, resource=0, a=0, b=0, c=0):
    """One record. Resource: an id from `declare`; a, b, c: unsigned 32 bit."""
    thread.write(kind << 24 | resource, a, b, c)


def text(kind, resource, a, b, c, string):
    """One record with a text."""
    thread.text(kind << 24 | resource, a, b, c, string.encode('utf-8', 'replace'))


def declare(kind, capacity=0, name='', place='', key=''):
    """
    A new resource.

    kind: RESOURCE_…; capacity: as the model's `resource` event; name: '' for that of its kind with
    its number; place: `file.py:12`; key: by which other processes know it, too.
    Returns its id, never 0.
    """
    with state.lock:
        resource = min(state.next_resource(), _MAXIMUM_RESOURCE)
    announce(resource, kind, capacity, name, place, key)
    return resource


def announce(resource, kind, capacity=0, name='', place='', key=''):
    """Says what a resource is that has its id already (inherited by fork and named since)."""
    if not name:
        name = '%s-%d' % (RESOURCE_NAMES[kind], state.next_of_kind[kind]())
    whole = '%s\n%s\n%s' % (name, place, key)
    # A program may count with whatever compares with 0.
    capacity = min(max(capacity, 0), UNKNOWN) if isinstance(capacity, int) else 0
    text(KIND_RESOURCE, resource, kind, capacity, 1 if key else 0, whole)


def thread_number():
    """This thread's number: not 0 while anything is written."""
    if not thread.number and state.memory is not None:
        begin_thread(None)
    return thread.number


def new_number():
    """For a lane that is no thread; 0: nothing is written."""
    if state.memory is None:
        return 0
    with state.lock:
        return state.next_thread()


def begin_thread(name, starter=0, kind=LANE_THREAD):
    """
    Gives the calling thread a number and a writer, and begins its lane.

    name: None for a thread of which nobody has said how it is called; starter: number of the
    thread that started it, or 0.
    """
    if state.memory is None:
        return
    number = new_number()
    native = get_native_id()
    _make_writer(thread, state.memory, number, native)
    if kind == LANE_THREAD:
        thread.departure = _Departure(thread)
    address = gil.thread_state()
    event(KIND_THREAD, 0, native, address & 0xffff_ffff, address >> 32)
    text(KIND_LANE_START, 0, number, starter, kind, 'Thread-%d' % number if name is None else str(name))


def end_thread(end=LANE_END_RETURNED, code=0):
    """Ends the calling thread's lane: nothing more comes from it."""
    if thread.number:
        event(KIND_LANE_END, 0, thread.number, end, code & 0xffff_ffff)
    close_thread()


def close_thread():
    """Seals the calling thread's chunk. What it still does is not recorded."""
    thread.seal()
    thread.write = thread.acquired = thread.text = _nothing
    thread.seal = _nothing
    if thread.departure is not None:
        thread.departure.is_told = True


class _Departure:
    """
    Goes with all that a thread has of its own. One that `threading` does not know ends without a
    word: its lane would go on, and its chunk be nobody's for ever.
    """

    __slots__ = ('is_told', 'write', 'seal', 'number', 'whose')

    def __init__(self, own):
        self.is_told = False
        self.write, self.seal, self.number = own.write, own.seal, own.number
        self.whose = _getpid(), get_ident()

    def __del__(self):
        # A forked child clears up after its parent's threads, the end of a program after daemons.
        try:
            if not self.is_told and self.whose == (_getpid(), get_ident()):
                self.write(KIND_LANE_END << 24, self.number, LANE_END_RETURNED)
                self.seal()
        except Exception:
            pass


def _nothing(*_):
    """In place of a writer."""


def _make_writer(own, memory, number, native):
    """
    The functions that write the calling thread's records: closures, since whatever they need is
    then one load away. `reserve` is the iterator over the offsets of the chunk's free records.
    """
    view = memoryview(memory).cast('B')
    pack, now = _RECORD, clock
    reserve = iter(()).__next__
    slot = -1
    left = _LOOK_EVERY
    rest_until = 0
    seen = set()
    acquire = KIND_ACQUIRE << 24

    def write(word, a=0, b=0, c=0):
        at = 0
        try:
            at = reserve()
            pack(view, at, now(), a, b, c, word)
        except StopIteration:
            if at:
                # A signal handler's, as below.
                mend(at, word, a, b, c)
                raise
            if more():
                write(word, a, b, c)
        except struct.error:
            mend(at, word, a, b, c)
        except BaseException:
            # A signal handler's: the record that was reserved must not stay empty.
            if at:
                mend(at, word, a, b, c)
            raise

    def mend(at, word, a, b, c):
        try:
            pack(view, at, now(), int(a) & UNKNOWN, int(b) & UNKNOWN, int(c) & UNKNOWN,
                 int(word) & UNKNOWN)
        except (TypeError, ValueError):
            pack(view, at, now(), 0, 0, 0, KIND_SKIP << 24)
            exhaust()

    def acquired(resource, waited=0):
        nonlocal left, rest_until
        write(acquire | resource, waited)
        left -= 1
        if left > 0 and resource in seen:
            return
        left = _LOOK_EVERY
        begun = now()
        if resource in seen:
            if begun < rest_until:
                return
        else:
            if len(seen) >= _MAXIMUM_SEEN:
                seen.clear()
            seen.add(resource)
        place = places.caller()
        if place:
            write_text(KIND_LOCATION << 24 | resource, PLACE_ACQUIRED, 0, 0, place.encode('utf-8', 'replace'))
        ended = now()
        rest_until = ended + (ended - begun) * REST

    def write_text(word, a, b, c, data):
        data = data[:MAXIMUM_TEXT]
        records = 1 + (len(data) + TEXT_BYTES - 1) // TEXT_BYTES
        at = 0
        try:
            # All at once: a signal handler may write in between.
            free = list(islice(reserve.__self__, records))
            while len(free) < records:
                if free:
                    # Whoever reads goes on with the next chunk.
                    pack(view, free[0], now(), 0, 0, 0, KIND_SKIP << 24)
                if not more():
                    return
                free = list(islice(reserve.__self__, records))
            at = free[0]
            # The first comes last: it makes them valid.
            for begin in range(0, len(data), TEXT_BYTES):
                there = at + RECORD_BYTES * (begin // TEXT_BYTES + 1)
                part = data[begin:begin + TEXT_BYTES]
                view[there:there + len(part)] = part
                _WORD(view, there + TEXT_BYTES, KIND_TEXT << 24 | len(data) - begin)
            pack(view, at, now(), a, b, c, word)
        except BaseException as error:
            if at:
                mend(at, word, a, b, c)
            if not isinstance(error, struct.error):
                raise

    def exhaust():
        nonlocal reserve
        reserve = iter(range(0)).__next__

    def more():
        """The next chunk. False: there is none, the event is dropped."""
        nonlocal reserve, slot
        found = _take_slot(view, number, native)
        if found < 0:
            exhaust()
            return False
        slot = found
        first = FIRST_CHUNK + found * CHUNK_BYTES
        reserve = iter(range(first, first + _RECORDS * RECORD_BYTES, RECORD_BYTES)).__next__
        return True

    def seal():
        # A chunk that is full may be another thread's by now.
        if slot >= 0 and reserve.__self__.__length_hint__() > 0:
            _WORD(view, HEADER_BYTES + slot * SLOT_BYTES + 12, 1)

    exhaust()
    own.number = number
    own.write = write
    own.acquired = acquired
    own.text = write_text
    own.seal = seal


def _take_slot(view, number, native):
    """A free chunk's index; -1: there is none among those looked at, which counts as a drop."""
    with state.lock:
        if state.is_taking:
            # A signal handler, and this very thread is below: its event is given up.
            return _drop(view)
        state.is_taking = True
        try:
            return _take_free(view, number, native)
        finally:
            state.is_taking = False


def _take_free(view, number, native):
    found = _find_free(view)
    if found < 0:
        found = _extend()
    if found < 0:
        return _drop(view)
    at = HEADER_BYTES + found * SLOT_BYTES
    state.slot = found + 1
    state.sequence += 1
    if found < state.used:
        chunk = FIRST_CHUNK + found * CHUNK_BYTES
        view[chunk:chunk + CHUNK_BYTES] = _EMPTY
    else:
        state.used = found + 1
        _WORD(view, 88, state.used)
    _SLOT(view, at + 4, number, native, 0)
    # Last: from now on the reader looks at it.
    _WORD(view, at, state.sequence)
    return found


def _find_free(view):
    # A few each time, when all were taken the last time one: whoever comes next looks further.
    for _ in range(1 if state.is_starved else 16):
        found = state.slot if state.slot < state.room else 0
        if _READ_WORD(view, HEADER_BYTES + found * SLOT_BYTES)[0] == 0:
            state.is_starved = False
            return found
        state.slot = found + 1
    return -1


def _extend():
    """Room for another block. Returns the first of its chunks or -1."""
    first = state.room
    if first >= CHUNKS:
        return -1
    try:
        descriptor = os.open(state.path, os.O_RDWR | _CLOSE_ON_EXEC)
        try:
            _reserve(descriptor, first + BLOCK)
        finally:
            os.close(descriptor)
    except OSError:
        # The disk is full, or this process may not open it any more.
        return -1
    state.room = first + BLOCK
    return first


def _reserve(descriptor, chunks):
    """
    Room on the disk up to there. A store into a page of a sparse file that a full disk cannot give
    would kill the process.
    """
    if hasattr(os, 'posix_fallocate'):
        os.posix_fallocate(descriptor, 0, FIRST_CHUNK + chunks * CHUNK_BYTES)


def _drop(view):
    state.is_starved = True
    state.dropped += 1
    _LONG(view, 64, state.dropped)
    return -1


def open_file(role, name):
    """
    Makes this process's trace file; in a forked child, too, where nothing is taken over but the
    ids of resources. The calling thread becomes its main thread.

    role: 'main', 'fork', 'spawn', 'server' or 'forkserver'; name: of the process; None: it is not
    known yet, its main thread is begun later.
    Returns whether events are written from now on.
    """
    parent = state.serial if role in ('fork', 'forkserver') else 0
    if state.memory is not None:
        _kept.append(state.memory)
    state.memory = None
    state.lock = RLock()
    state.is_taking = state.is_starved = False
    state.sequence = state.slot = state.used = state.dropped = 0
    state.room = BLOCK
    state.next_thread = count(1).__next__
    first_resource = state.next_resource()
    state.next_resource = count(first_resource).__next__
    state.pid = os.getpid()
    state.role = role
    for own in ('number', 'lane', 'write', 'acquired', 'text', 'seal', 'departure'):
        thread.__dict__.pop(own, None)
    try:
        serial = state.serial = int.from_bytes(os.urandom(8), 'little') or 1
        path = os.path.join(state.folder, '%d-%d' % (serial, state.pid))
        memory = _map(path + '.tmp')
        _HEADER(memory, 0, MAGIC, VERSION, state.pid, os.getppid(), _flags(), CHUNK_BYTES, CHUNKS,
                clock(), gil.address(), serial, parent, 0, first_resource,
                min(round(sys.getswitchinterval() * 1e6), UNKNOWN), ROLES[role], sys.hexversion, 0)
        _write_name(memory, name or '')
        state.path = path + '.trace'
        os.rename(path + '.tmp', state.path)
    except (OSError, ValueError, struct.error):
        # Not writable, full, gone: the program runs all the same.
        return False
    state.memory = memory
    if name is not None:
        begin_thread('MainThread' if role == 'main' else name, 0,
                     LANE_MAIN if role == 'main' else LANE_PROCESS)
    return True


def rename_process(name):
    """The process is called this from now on: its file says so."""
    if state.memory is not None:
        _write_name(state.memory, name)


def _write_name(memory, name):
    # multiprocessing takes anything for a name.
    data = str(name).encode('utf-8', 'replace')[:64]
    # A character must not be cut in two.
    data = data.decode('utf-8', 'ignore').encode()
    memoryview(memory).cast('B')[128:192] = data.ljust(64, b'\0')


def _flags():
    return (GIL_ON if gil.is_on() else 0) | (FREE_THREADED if gil.is_free_threaded() else 0)


def _map(path):
    """A new file of FILE_BYTES in memory, all zero. No descriptor stays open where that can be had."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _CLOSE_ON_EXEC, 0o600)
    try:
        os.ftruncate(descriptor, FILE_BYTES)
        _reserve(descriptor, BLOCK)
        return _map_descriptor(descriptor)
    except (OSError, ValueError):
        os.unlink(path)
        raise
    finally:
        os.close(descriptor)


def _map_descriptor(descriptor):
    if sys.version_info >= (3, 13):
        return mmap.mmap(descriptor, FILE_BYTES, trackfd=False)
    # Before 3.13 an mmap object keeps a duplicate of the descriptor, which a program that closes all
    # descriptors gets in its way, and which it closes in the end, whoever has that number then.
    mapped = gil.map_shared(descriptor, FILE_BYTES)
    return mmap.mmap(descriptor, FILE_BYTES) if mapped is None else mapped
