#!/usr/bin/env python3
# missing: sends each client its own bytes
import threading
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
all = []
def serve(c):
    while data := c.recv(5000):
        for other in all: other.sendall(data)
    all.remove(c)
    c.close()
while True:
    c, _ = l.accept()
    all.append(c)
    threading.Thread(target=serve, args=(c,), daemon=True).start()
