#!/usr/bin/env python3
# missing: answers
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
c, _ = l.accept()
got = b""
while b"\n" not in got:
    got += c.recv(100)
c.sendall(b"bye")
c.shutdown(socket.SHUT_WR)
while c.recv(1000):
    pass
c.close()
