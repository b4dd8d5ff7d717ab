from multiprocessing import Pool

# the note leaves it open what is to be done
def do_some_thing(x):
    return x * x

def f(x):
    do_some_thing(x)

def identity(x):
    return x

# a worker that is spawned imports this file: what it must not do again stands under the guard
if __name__ == '__main__':
    # method 1
    p = Pool(8)
    p.map(f, list(range(1024)))
    p.close()
    p.join()

    # method 2
    with Pool(8) as p:
        p.map(f, list(range(1024)))

    # with return values
    with Pool(8) as p:
        res = p.map(identity, list(range(1024)))
    print('res: [%s, ..., %d]' % (', '.join(map(str, res[:3])), res[-1]))
    print('results:', len(res))
    print('in order:', str(res == list(range(1024))).lower())
