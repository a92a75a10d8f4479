#!/usr/bin/env python3
# good
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(sys.stdin.readline().encode())
print(s.makefile().readline(), end="")
s.close()
