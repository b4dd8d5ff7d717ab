import asyncio, subprocess, sys
async def f(n):
    for i in range(n): await asyncio.sleep(0.001)
    if n==3: raise ValueError(n)
    return n
async def main():
    t=[asyncio.create_task(f(i), name='n%d'%i) if i else asyncio.create_task(f(i)) for i in range(4)]
    print(t[2])
    r=await asyncio.gather(*t, return_exceptions=True)
    print(r)
    x=asyncio.create_task(f(100)); await asyncio.sleep(0.002); x.cancel()
    try: await x
    except asyncio.CancelledError: print('cancelled')
    async with asyncio.timeout(60) if hasattr(asyncio,'timeout') else asyncio.Lock():
        p = await asyncio.create_subprocess_exec(sys.executable,'-c','print(5)', stdout=subprocess.PIPE)
        print(await p.communicate())
asyncio.run(main())
print(subprocess.run([sys.executable,'-c','print(7)'],stdout=subprocess.PIPE).stdout)
try: subprocess.Popen(['sleep','3']).wait(timeout=0.01)
except subprocess.TimeoutExpired as e: print(e)
async def bad(): await f(3)
asyncio.run(bad())
