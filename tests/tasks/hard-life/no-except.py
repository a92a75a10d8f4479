#!/usr/bin/env python3
# missing: answers another after one has reset
import select
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
cs = []
while True:
    ready, _, _ = select.select([l] + cs, [], [])
    for c in ready:
        if c is l:
            cs.append(l.accept()[0])
            continue
        data = c.recv(1000)
        for n in range(data.count(b"\n")):
            c.sendall(b"." * 65535 + b"\n")
        if not data:
            cs.remove(c)
            c.close()
