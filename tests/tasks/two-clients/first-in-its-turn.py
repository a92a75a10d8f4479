#!/usr/bin/env python3
# missing: answers the second while the first is silent
import select
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
cs = []
while True:
    ready, _, _ = select.select([l] + cs, [], [])
    if l in ready:
        cs.append(l.accept()[0])
    for c in list(cs):
        if data := c.recv(1000):
            c.sendall(data)
        else:
            cs.remove(c)
            c.close()
