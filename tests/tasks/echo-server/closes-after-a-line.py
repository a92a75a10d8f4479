#!/usr/bin/env python3
# missing: sends back what it gets
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
while True:
    c, _ = l.accept()
    f = c.makefile()
    c.sendall(f.readline().encode())
    f.close()
    c.close()
