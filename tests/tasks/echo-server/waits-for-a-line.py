#!/usr/bin/env python3
# missing: at once, be it half a line
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
while True:
    c, _ = l.accept()
    for line in c.makefile("rb"):
        c.sendall(line)
    c.close()
