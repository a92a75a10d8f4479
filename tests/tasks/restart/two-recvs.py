#!/usr/bin/env python3
# missing: answers
import socket, sys
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((sys.argv[1], int(sys.argv[2]))); s.listen()
c,_ = s.accept()
d = c.recv(100)
if len(d) < 4: d += c.recv(100)
c.sendall(d); c.close()
