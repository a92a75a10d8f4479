#!/usr/bin/env python3
# missing: sends the request
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(sys.stdin.readline().encode())
print(s.recv(100).decode())
