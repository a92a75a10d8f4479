#!/usr/bin/env python3
# missing: but not before the line is whole
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
c, _ = l.accept()
c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
c.sendall(b"bye")
c.sendall(b"\n")
c.shutdown(socket.SHUT_WR)
while c.recv(1000): pass
c.close()
