#!/usr/bin/env python3
# missing: sends FIN first
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
c, _ = l.accept()
while c.recv(1000):
    pass
c.sendall(b"bye\n")
c.close()
