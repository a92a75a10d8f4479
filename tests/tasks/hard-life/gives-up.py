#!/usr/bin/env python3
# missing: answers another while one does not read
import threading
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
def serve(c):
    for line in c.makefile():
        if c.send(b"." * 65535 + b"\n") < 65536: break
    c.close()
while True:
    c, _ = l.accept()
    c.setblocking(True)
    serve(c)
