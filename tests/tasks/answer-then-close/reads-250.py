#!/usr/bin/env python3
# missing: and then at once
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
c, _ = l.accept()
got = b""
while len(got) < 250:  # more than the line
    more = c.recv(250)
    if not more:
        break
    got += more
c.sendall(b"bye\n")
c.shutdown(socket.SHUT_WR)
while c.recv(1000):
    pass
c.close()
