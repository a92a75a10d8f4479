#!/usr/bin/env python3
# missing: but not before the line is whole
import socket, sys, time
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
c, _ = l.accept()
time.sleep(4)
c.recv(100)
c.sendall(b"bye\n")
c.shutdown(socket.SHUT_WR)
while c.recv(1000): pass
c.close()
