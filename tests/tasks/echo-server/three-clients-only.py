#!/usr/bin/env python3
# missing: and ten more, who come together
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
for i in range(3):
    c, _ = l.accept()
    while data := c.recv(1000): c.sendall(data)
    c.close()
