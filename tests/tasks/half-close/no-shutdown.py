#!/usr/bin/env python3
# missing: ends its half first
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(sys.stdin.buffer.read())
while data := s.recv(4096):
    sys.stdout.buffer.write(data)
s.close()
