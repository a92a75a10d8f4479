#!/usr/bin/env python3
# missing: sends no RST
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
while True:
    s, _ = l.accept()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    while data := s.recv(1000):
        s.sendall(data)
    s.close()
