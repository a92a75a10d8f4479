#!/usr/bin/env python3
# missing: binds and answers again, started anew
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
c, _ = l.accept()
got = b""
while len(got) < 4:
    got += c.recv(4 - len(got))
c.sendall(got)
c.close()
