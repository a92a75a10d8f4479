#!/usr/bin/env python3
# missing: answers the first after all
import select
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
c = None
while True:
    ready, _, _ = select.select([l] + ([c] if c else []), [], [])
    if l in ready:
        c, _ = l.accept()
    elif data := c.recv(1000):
        c.sendall(data)
    else:
        c.close()
        c = None
