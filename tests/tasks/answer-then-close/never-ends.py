#!/usr/bin/env python3
# missing: sends FIN first
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
c, _ = l.accept()
got = b""
while b"\n" not in got:
    got += c.recv(100)
c.sendall(b"bye\n")
while c.recv(1000):
    pass
c.close()
