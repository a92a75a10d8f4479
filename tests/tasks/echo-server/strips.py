#!/usr/bin/env python3
# missing: sends back what it gets
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
while True:
    c, _ = l.accept()
    for line in c.makefile():
        c.sendall(line.strip().encode())
    c.close()
