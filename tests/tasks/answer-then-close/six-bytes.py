#!/usr/bin/env python3
# missing: but not before the line is whole
import socket, sys
s = socket.create_server((sys.argv[1], int(sys.argv[2])))
c, _ = s.accept()
c.recv(6, socket.MSG_WAITALL)
c.sendall(b"bye\n")
c.shutdown(socket.SHUT_WR)
while c.recv(4096): pass
c.close()
