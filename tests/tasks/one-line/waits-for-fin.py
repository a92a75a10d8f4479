#!/usr/bin/env python3
# missing: ends with status 0
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(sys.stdin.readline().encode())
while data := s.recv(600):
    print(data.decode(), end="", flush=True)
s.close()
