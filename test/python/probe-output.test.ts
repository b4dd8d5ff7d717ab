/** A program under the probe prints what it prints without it, and ends as it ends without it. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { describeWithPythons } from '../support/pythons.ts'
import {
  fixture,
  newFolder,
  PROBE,
  runPlain,
  runProbed,
  script,
  withoutAddresses,
  type Ended,
  type RunOptions,
} from './probed.ts'

const lines = (...source: readonly string[]): string => `${source.join('\n')}\n`

/** What scripts do that could show the probe, or trip over it. */
const SCRIPTS: Readonly<Record<string, string>> = {
  'looks around': lines(
    'import sys, os',
    'print(sys.argv, sys.path[0], __name__, __file__, __doc__, sorted(globals()))',
    'print(sys.flags, sorted(os.environ) == sorted(os.environ), __spec__, type(__loader__).__name__)',
    "print(getattr(sys, 'orig_argv', [''])[1:], sys.modules['__main__'].__dict__ is globals())",
    "print([name for name in sys.modules if name in ('threading', 'queue', 'asyncio', 'selectors')])",
    'print(__loader__.name, __loader__.path, sys.stdin.read())',
  ),
  'handles signals': lines(
    'import inspect, os, signal, threading',
    'print(signal.signal.__name__, signal.signal.__module__, inspect.signature(signal.signal))',
    "print(signal.signal(signal.SIGUSR1, lambda *it: print('handled', it[0])), signal.getsignal(signal.SIGINT))",
    'os.kill(os.getpid(), signal.SIGUSR1)',
    'print(callable(signal.signal(10, signal.SIG_DFL)), signal.getsignal(10))',
    'def elsewhere():',
    '    try: signal.signal(signal.SIGINT, signal.SIG_IGN)',
    '    except ValueError as error: print(error)',
    'other = threading.Thread(target=elsewhere)',
    'other.start(); other.join()',
    'signal.signal(99999, lambda: None)',
  ),
  'asks locks in strange ways': lines(
    'import threading',
    'def ask(lock, *how):',
    '    try: return lock.acquire(*how)',
    '    except Exception as error: return type(error), str(error)',
    "STRANGE = ('x',), (1.5,), (2,), (2**40,), ('',), (None,), (True, 'x'), ('x', 1), ('x', 0), (1, 0.0), \\",
    "    (False, 1), (True, -2), (True, -1.0), (True, float('nan')), (True, 1e300)",
    'for lock in threading.Lock(), threading.RLock():',
    '    for how in STRANGE:',
    '        got = ask(lock, *how)',
    '        print(how, got)',
    '        if got is True: lock.release()',
    '    with lock:',
    '        other = threading.Thread(target=lambda: print(ask(lock, 2, 0), ask(lock, 0), ask(lock, 1, 0.01)))',
    '        other.start(); other.join()',
  ),
  'ends with an exception': lines(
    'import threading',
    'def fail(): threading.Lock().release()',
    'try: fail()',
    "except RuntimeError as error: raise KeyError('ä') from error",
  ),
  'prints a traceback': lines(
    'import queue, threading, traceback, logging',
    'def fail(): threading.Semaphore(1).acquire(False, 1)',
    'try: fail()',
    'except ValueError:',
    '    traceback.print_exc()',
    "    logging.exception('logged')",
    'traceback.print_stack()',
  ),
  'takes the stack of whoever calls': lines(
    'import traceback',
    'def stack(): return traceback.StackSummary.extract(traceback.walk_stack(None))',
    'print([each.name for each in stack()])',
  ),
  'names a process as it likes': lines(
    'import multiprocessing',
    "context = multiprocessing.get_context('fork')",
    'run = context.Process(target=print, args=(1,), name=5)',
    'run.start(); run.join(); print(run.name)',
  ),
  'fails in a thread': lines(
    'import threading',
    'lock = threading.RLock()',
    'class Mine(threading.Thread):',
    '    def run(self): lock.release()',
    "for run in (Mine(name='mine'), threading.Thread(target=exit, name='exits')):",
    '    run.start(); run.join()',
    "threading.excepthook = lambda arguments: print('hook', arguments.exc_type, arguments.thread.name)",
    "run = Mine(name='hooked'); run.start(); run.join()",
  ),
  'has an excepthook': lines(
    'import sys, traceback',
    'def hook(kind, value, trace):',
    '    print(kind, value, trace is value.__traceback__, sys.last_value is value, flush=True)',
    '    print(sys.excepthook is hook, [each.name for each in traceback.extract_tb(trace)], flush=True)',
    'sys.excepthook = hook',
    'def fail(): raise KeyError(3)',
    'fail()',
  ),
  'has a syntax error': lines('def f(:', '    pass'),
  'is no text': '\0\u0001\u0002',
  'is in no known encoding': lines('# coding: klingon', 'print(3)'),
  'warns when it is compiled': lines("print(3 is 3, '\\d')"),
  'exits in its imports': lines('import sys', "sys.exit('enough')", 'import threading'),
  'exits with a number': lines('raise SystemExit(300)'),
  'exits with nothing': lines('raise SystemExit'),
  'exits with an object': lines("raise SystemExit(['a', 3])"),
  'exits from a function at exit': lines(
    'import atexit, os',
    "atexit.register(lambda: (print('at exit', flush=True), os._exit(7)))",
    '1 / 0',
  ),
  'calls os._exit': lines('import os', "print('before', flush=True)", 'os._exit(3)'),
  forks: lines(
    'import os, threading',
    'lock = threading.Lock()',
    'lock.acquire()',
    'child = os.fork()',
    'if child == 0:',
    '    lock.release()',
    '    with lock:',
    "        print('child', flush=True)",
    '    os._exit(4)',
    "print('status', os.waitpid(child, 0)[1])",
  ),
  'forks while threads write': lines(
    'import os, threading, warnings',
    "warnings.simplefilter('ignore')",
    'lock, ends = threading.Lock(), threading.Event()',
    'def work():',
    '    while not ends.is_set():',
    '        with threading.Lock(), threading.RLock(): pass',
    'threads = [threading.Thread(target=work) for _ in range(3)]',
    'for thread in threads: thread.start()',
    'for number in range(8):',
    '    child = os.fork()',
    '    if child == 0:',
    '        with threading.Lock(): os._exit(number)',
    '    print(os.waitpid(child, 0)[1] >> 8)',
    'ends.set()',
  ),
  'replaces itself': lines(
    'import os, sys',
    "os.execv(sys.executable, [sys.executable, '-c', 'print(3)'])",
  ),
  'changes directory, user mask and removes its folder': lines(
    'import os, tempfile, threading',
    'folder = tempfile.mkdtemp()',
    'os.chdir(folder); os.rmdir(folder); os.umask(0o777)',
    'with threading.Lock(): pass',
    'child = os.fork()',
    'if child == 0: os._exit(5)',
    'print(os.waitpid(child, 0)[1])',
  ),
  'closes all descriptors': lines(
    'import os, tempfile, threading',
    'path = tempfile.mkstemp()[1]',
    'os.closerange(3, 512)',
    'files = [open(path) for _ in range(3)]',
    'first = files[0].fileno()',
    'print([file.fileno() - first for file in files])',
    'locks = [threading.Lock() for _ in range(3000)]',
    'for lock in locks:',
    '    with lock: pass',
    'print([file.read() for file in files])',
    'if os.fork() == 0: os._exit(0)',
    'os.wait()',
    "file = open(path, 'w'); file.write('whole')",
    'import atexit',
    'atexit.register(lambda: (file.flush(), print(open(path).read()), os.unlink(path)))',
  ),
  // Not from 3 on: libffi may keep one.
  'counts on descriptors that follow each other': lines(
    'import os',
    "files = [os.open('/dev/null', os.O_RDONLY) for _ in range(3)]",
    'print([file - files[0] for file in files])',
  ),
  'replaces sys.stdout': lines(
    'import io, sys, threading',
    'sys.stdout = io.StringIO()',
    "print('hidden')",
    'text = sys.stdout.getvalue()',
    'sys.stdout = sys.__stdout__',
    'print(repr(text))',
    'sys.stdout = None',
    "print('nowhere')",
  ),
  'closes its output': lines('import os, sys', 'os.close(1)', 'sys.stderr.write("still\\n")'),
  'takes the names of the probe': lines(
    'import sys',
    'core = 3; interleave_probe = 4; entry = 5; run = 6',
    'import threading',
    'with threading.Lock(): print(core, interleave_probe, entry, run)',
  ),
  'removes everything from sys.modules': lines(
    'import sys, threading',
    "kept = ('sys', 'builtins', '__main__')",
    'lock = threading.Lock()',
    'for name in [each for each in sys.modules if each not in kept]: del sys.modules[name]',
    'with lock: print(3)',
  ),
  'imports the library anew': lines(
    'import importlib, queue, sys, threading',
    'importlib.reload(queue)',
    "del sys.modules['threading']",
    'import threading as again',
    'print(again is threading)',
    'with again.Lock(), threading.Lock(): print(queue.Queue().empty())',
    'print(threading.__spec__.loader, threading.__loader__, queue.__file__ == queue.__spec__.origin)',
  ),
  'is interrupted by its own signals': lines(
    'import signal, threading, queue',
    'lock, items, ticks, armed = threading.Lock(), queue.SimpleQueue(), 0, False',
    'def tick(*_):',
    '    global ticks, armed',
    '    ticks += 1',
    '    other = threading.Lock()',
    '    with other: items.put(ticks)',
    '    if armed:',
    '        armed = False',
    "        raise StopIteration('tick')",
    'signal.signal(signal.SIGALRM, tick)',
    'signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)',
    'while ticks < 60:',
    '    try:',
    '        armed = True',
    '        for _ in range(1000):',
    '            threading.Lock().acquire()',
    '            lock.acquire(False)',
    '        armed = False',
    '    except StopIteration: pass',
    'signal.setitimer(signal.ITIMER_REAL, 0)',
    "print('done')",
  ),
  'has more frames than are allowed': lines(
    'import threading',
    'def deeper():',
    '    with threading.Lock(): deeper()',
    'try: deeper()',
    "except RecursionError: print('too deep')",
  ),
}

const shown = ({ out, error, code, signal }: Ended): Ended => ({
  ...{ out: withoutAddresses(out), error: withoutAddresses(error) },
  ...{ code, signal },
})

/** `…/core.cpython-313.pyc`, `core.py`: `core`. */
const moduleOf = (path: string): string => basename(path).split('.')[0] ?? ''

await describeWithPythons('a script under the probe', ({ path }) => {
  async function expectSame(file: string, options: RunOptions = {}): Promise<Ended> {
    const [plain, probed] = await Promise.all([
      runPlain(path, file, options),
      runProbed(path, file, options),
    ])
    expect(shown(probed)).toEqual(shown(plain))
    return plain
  }

  test.for(Object.entries(SCRIPTS))('that %s', async ([, source]) => {
    const file = script(source)
    const options = { folder: dirname(file), arguments: ['-x', '--', 'ä b'], input: 'read\n' }
    const { error } = await expectSame('script.py', options)
    expect(error).not.toContain('interleave_probe')
  })

  test.for(['threads', 'queues', 'tasks', 'classes'])('that uses all of %s', async (name) => {
    const { code } = await expectSame(fixture(`${name}.py`))
    // The last one ends with an exception.
    expect(code).toBe(name === 'tasks' ? 1 : 0)
  })

  test('by any path', async () => {
    const file = script(lines('import sys', 'print(__file__, sys.path[0], sys.argv)', '1 / 0'))
    const folder = dirname(file)
    mkdirSync(join(folder, 'sub'))
    for (const name of ['./script.py', 'sub/../script.py', file, '../missing.py', 'sub'])
      await expectSame(name, { folder })
  })

  test('beside a module that is called like one that the probe needs', async () => {
    const file = script(lines('import mmap', 'print(mmap.mine)'))
    writeFileSync(join(dirname(file), 'mmap.py'), 'mine = 1')
    await expectSame(file)
  })

  test('with flags of the interpreter', async () => {
    const file = script(
      lines('import sys', 'print(sys.flags, sys._xoptions, __debug__)', 'def f(:'),
    )
    const good = script(lines('import sys', 'print(sys.flags, sys._xoptions, __debug__)'))
    for (const name of [file, good])
      await expectSame(name, { flags: ['-O', '-X', 'dev', '-W', 'error', '-s'] })
  })

  test('that is interrupted or terminated', async () => {
    const wait = (what: string) =>
      script(lines('import threading, time', `print('here', flush=True)`, what))
    for (const [what, signal] of [
      ['time.sleep(20)', 'SIGINT'],
      ['threading.Event().wait()', 'SIGINT'],
      ['lock = threading.Lock(); lock.acquire(); lock.acquire()', 'SIGTERM'],
    ] as const)
      await expectSame(wait(what), { signal })
  })

  test('where nothing can be written', async () => {
    const file = script(lines('import threading', 'with threading.Lock(): print(3)'))
    const plain = await runPlain(path, file)
    for (const trace of [join(tmpdir(), 'missing'), '/dev/full', file]) {
      expect(shown(await runProbed(path, file, { trace }))).toEqual(shown(plain))
    }
  })

  test('where no byte code is to be written: only the probe keeps its own', async () => {
    const file = script(lines('import sys, mine', 'print(sys.dont_write_bytecode, mine.mine)'))
    writeFileSync(join(dirname(file), 'mine.py'), 'mine = 1')
    const kept = newFolder()
    const environment = { PYTHONDONTWRITEBYTECODE: '1', PYTHONPYCACHEPREFIX: kept }
    await expectSame(file, { environment })
    const written = readdirSync(kept, { encoding: 'utf8', recursive: true })
    const modules = readdirSync(join(PROBE, 'interleave_probe')).filter((name) =>
      name.endsWith('.py'),
    )
    expect(
      written
        .filter((name) => name.endsWith('.pyc'))
        .map(moduleOf)
        .toSorted(),
    ).toEqual(modules.map(moduleOf).toSorted())
  })

  test('leaves no file of a name that the reader does not expect', async () => {
    const file = script(lines('import os', 'if os.fork() == 0: os._exit(0)', 'os.wait()'))
    const trace = newFolder()
    await runProbed(path, file, { trace })
    const names = readdirSync(trace)
    expect(names).toHaveLength(2)
    for (const name of names) expect(name).toMatch(/^\d+-\d+\.trace$/)
  })
})
