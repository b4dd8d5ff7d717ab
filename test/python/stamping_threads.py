"""Threads that write down when they ran, so that a sampler's word can be held against theirs.

Prints one line of JSON with its pid, the GIL's address and its threads, waits for a line, works, and
prints a second one: for each thread its turns, in which it never slept, for each turn the stretches
in which it certainly ran: it read the clock again and again, and never missed it for longer than
GAP. Between two of them it had lost its processor, or the GIL. Arguments: threads, milliseconds (0:
until there is another line), seed, how often a turn ends with a nap (0 to 1).
"""
import ctypes
import json
import os
import random
import struct
import sys
import threading
import time

GAP = 20000
clock = time.perf_counter_ns
state_of_this_thread = ctypes.pythonapi.PyThreadState_Get
state_of_this_thread.restype = ctypes.c_void_p


def find_gil():
    """Of `interval, last holder` in the runtime's own memory: 0 where it is not there once."""
    base = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
    data = b""
    memory = os.open("/proc/self/mem", os.O_RDONLY)
    try:
        while len(data) < 4 << 20:
            part = os.pread(memory, 65536, base + len(data))
            data += part
            if len(part) < 65536:
                break
    except OSError:
        pass
    finally:
        os.close(memory)
    interval = round(sys.getswitchinterval() * 1e6)
    pattern = struct.pack("<QQ", interval, state_of_this_thread())
    found = data.find(pattern)
    return base + found if found >= 0 and data.find(pattern, found + 8) < 0 else 0


class Stamper(threading.Thread):
    def __init__(self, seed):
        super().__init__(daemon=True)
        self.random = random.Random(seed)
        self.ready = threading.Event()
        self.turns = []
        self.state = 0

    def run(self):
        self.state = state_of_this_thread()
        self.ready.set()
        begin.wait()
        end = clock() + milliseconds * 1000000
        while not over.is_set() if milliseconds == 0 else clock() < end:
            self.stamp(self.random.randint(1, 30) * 1000000)
            if self.random.random() < naps:
                time.sleep(self.random.random() * 0.004)

    def stamp(self, duration):
        stretches = []
        start = last = now = clock()
        until = start + duration
        while now < until:
            now = clock()
            if now - last > GAP:
                stretches.append((start, last))
                start = now
            last = now
        stretches.append((start, last))
        self.turns.append(stretches)


count, milliseconds, seed = map(int, sys.argv[1:4])
naps = float(sys.argv[4])
gil = find_gil()
begin = threading.Event()
over = threading.Event()
threads = [Stamper(seed + number) for number in range(count)]
for thread in threads:
    thread.start()
    thread.ready.wait()
first = {
    "pid": os.getpid(),
    "gil": str(gil),
    "interval": round(sys.getswitchinterval() * 1e9),
    "threads": [{"id": each.native_id, "state": str(each.state)} for each in threads],
}
print(json.dumps(first), flush=True)
sys.stdin.readline()
begin.set()
if milliseconds == 0:
    sys.stdin.readline()
    over.set()
for thread in threads:
    thread.join()
print(json.dumps([each.turns for each in threads]), flush=True)
sys.stdin.readline()
