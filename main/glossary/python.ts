import type { Term } from './term.ts'

/** The interpreter. */
export const PYTHON: readonly Term[] = [
  {
    id: 'gil',
    name: 'GIL',
    also: ['global interpreter lock'],
    text: 'The global interpreter lock: the one lock that a thread of CPython must hold while it runs Python code. Threads of one process therefore compute one at a time, however many processors there are; a thread that sleeps or waits for I/O lets go of it. Since 3.13 CPython can be built without it.',
    source: 'Sam Gross, PEP 703, “Making the Global Interpreter Lock Optional in CPython”, 2023',
    demos: ['gil-countdown', 'gil-convoy'],
    see: ['switch-interval', 'free-threaded', 'reference-count', 'convoy-effect'],
  },
  {
    id: 'free-threaded',
    name: 'Free-threaded build',
    also: ['free-threaded'],
    text: 'CPython built without the GIL (python3.13t and later). Threads of one process then run Python code at the same time. Single built-in operations on one list or dict are kept safe by locks of their own; a sequence of them, such as reading and writing a counter, is not.',
    source: 'Sam Gross, PEP 703, 2023',
    demos: ['gil-countdown', 'lost-updates'],
    see: ['gil', 'race-condition'],
  },
  {
    id: 'switch-interval',
    name: 'Switch interval',
    also: ['switch intervals'],
    text: 'How long a thread of CPython that wants the GIL waits before it asks the holder to let go: 5 ms unless sys.setswitchinterval says otherwise. A short one hands over often, which costs time; a long one lets a thread that only has a word to say wait long.',
    source: 'Antoine Pitrou’s new GIL, CPython 3.2, 2011 (sys.setswitchinterval)',
    demos: ['gil-convoy', 'gil-countdown'],
    see: ['gil', 'latency', 'convoy-effect'],
  },
  {
    id: 'reference-count',
    name: 'Reference count',
    also: ['reference counts', 'reference counting'],
    text: 'The number of places that refer to an object. CPython keeps it in every object and frees the object when it falls to 0. Counting up or down is a read and a write: without the GIL, or another means in its place, two threads could lose one of two changes, and an object would be freed too early or never.',
    demos: ['reference-counts', 'lost-updates'],
    see: ['gil', 'lost-update'],
  },
  {
    id: 'bytecode',
    name: 'Bytecode',
    text: 'What CPython compiles a function into and its evaluation loop carries out, one instruction after the other. The interpreter asks between instructions whether it should hand over the GIL, since 3.10 only where a loop goes back and around calls; what an instruction calls may let go of it as well, to run Python code or to wait. n -= 1 is several instructions.',
    demos: ['gil-countdown', 'lost-updates'],
    see: ['gil', 'race-condition'],
  },
]
