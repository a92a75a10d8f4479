#!/usr/bin/env python3
# missing: answers each of eight lines
import socket, sys, threading
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
def serve(c):
    try:
        c.recv(100)
        c.sendall(b"." * 65535 + b"\n")
        c.recv(100)
    except OSError: pass
    c.close()
while True:
    c, _ = l.accept()
    threading.Thread(target=serve, args=(c,), daemon=True).start()
