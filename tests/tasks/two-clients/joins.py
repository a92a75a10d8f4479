#!/usr/bin/env python3
# missing: answers the second while the first is silent
import threading
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
def serve(c):
    while data := c.recv(1000):
        c.sendall(data)
    c.close()
while True:
    c, _ = l.accept()
    t = threading.Thread(target=serve, args=(c,))
    t.start()
    t.join()
