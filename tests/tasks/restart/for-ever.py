#!/usr/bin/env python3
# missing: ends by itself
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
while True:
    c, _ = l.accept()
    c.sendall(c.makefile().readline().encode())
    c.shutdown(socket.SHUT_WR)
    c.close()
