#!/usr/bin/env python3
# missing: and soon after its newline
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
c, _ = l.accept()
c.recv(250, socket.MSG_WAITALL)
c.sendall(b"bye\n")
c.shutdown(socket.SHUT_WR)
while c.recv(1000):
    pass
c.close()
