#!/usr/bin/env python3
# missing: closes then
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
kept = []
while True:
    c, _ = l.accept()
    kept.append(c)
    while data := c.recv(1000):
        c.sendall(data)
