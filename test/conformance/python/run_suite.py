"""
run_suite.py REPORT NAME …: runs tests of CPython's own `test` package, by the names of modules or of
single tests, and writes a line for each into REPORT: how it ended, a space, its id.
"""
import os
import sys
import unittest

places = sys.modules.get('interleave_probe.places')
if places is not None:
    # To the probe they are a part of the library, of whose locks it tells nothing: here they are
    # the program. (At the top: it holds for children that import this file, too.)
    places._INSTALLED += ('test',)
    places._files.clear()


class Result(unittest.TestResult):
    def __init__(self, report):
        super().__init__()
        self.report = report
        self.failed = False

    def startTest(self, test):
        super().startTest(test)
        self.failed = False
        self.write('began', test)

    def write(self, outcome, test):
        # At once: the process may not live to see the end.
        os.write(self.report, ('%s %s\n' % (outcome, test.id())).encode('utf-8', 'replace'))

    def addSuccess(self, test):
        if not self.failed:
            self.write('passed', test)

    def addSkip(self, test, reason):
        self.write('skipped', test)

    def addExpectedFailure(self, test, error):
        self.write('passed', test)

    def addUnexpectedSuccess(self, test):
        self.write('failed', test)

    def addFailure(self, test, error):
        self.fail(test, error)

    def addError(self, test, error):
        self.fail(test, error)

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.fail(test, error)

    def fail(self, test, error):
        self.failed = True
        self.write('failed', test)
        sys.stderr.write('%s\n%s\n' % (test.id(), self._exc_info_to_string(error, test)))


def main():
    report = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    from test import support

    # Neither the network nor what takes minutes.
    support.use_resources = []
    suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[2:])
    suite.run(Result(report))
    os.close(report)


if __name__ == '__main__':
    main()
