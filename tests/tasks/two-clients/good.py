#!/usr/bin/env python3
# good
import threading
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
def serve(c):
    while data := c.recv(1000):
        c.sendall(data)
    c.close()
while True:
    c, _ = l.accept()
    threading.Thread(target=serve, args=(c,), daemon=True).start()
