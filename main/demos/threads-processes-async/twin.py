# Written for Interleave: the same jobs by threads, by processes, and on one event loop.
import asyncio
import sys
import time
from multiprocessing import Process
from threading import Thread

# A job computes and waits by turns, so often.
TURNS = 5
# Arithmetic steps of about a millisecond.
STEPS = 10000

def compute(milliseconds):
    value = 0
    for _ in range(round(STEPS * milliseconds)):
        value = (value * 1664525 + 1013904223) & 0xffffffff
    return value

def job(length, share):
    for _ in range(TURNS):
        compute(length * (100 - share) / 100 / TURNS)
        time.sleep(length * share / 100 / TURNS / 1000)

async def async_job(length, share):
    for _ in range(TURNS):
        compute(length * (100 - share) / 100 / TURNS)
        await asyncio.sleep(length * share / 100 / TURNS / 1000)

def start(Worker, parameters):
    # Milliseconds in the form, seconds in the program.
    sys.setswitchinterval(parameters['switchInterval'] / 1000)
    args = (parameters['length'], parameters['share'])
    workers = [Worker(target=job, args=args) for _ in range(parameters['jobs'])]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

# one after the other
def one_by_one(parameters):
    for _ in range(parameters['jobs']):
        job(parameters['length'], parameters['share'])

# a thread for each job
def threads(parameters):
    start(Thread, parameters)

# a process for each job
def processes(parameters):
    start(Process, parameters)

# one thread, whose event loop goes on with another job while one waits
def asynchronous(parameters):
    async def main():
        jobs = range(parameters['jobs'])
        await asyncio.gather(*[async_job(parameters['length'], parameters['share']) for _ in jobs])
    asyncio.run(main())
