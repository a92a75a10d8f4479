#!/usr/bin/env python3
# missing: answers another while one is silent
from concurrent.futures import ThreadPoolExecutor
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
def serve(c):
    try:
        for line in c.makefile():
            c.sendall(b"." * 65535 + b"\n")
    except OSError:
        pass
    c.close()
pool = ThreadPoolExecutor(1)
while True:
    pool.submit(serve, l.accept()[0])
