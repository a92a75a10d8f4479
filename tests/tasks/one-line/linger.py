#!/usr/bin/env python3
# missing: sends no RST
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
s.sendall(sys.stdin.readline().encode())
print(s.makefile().readline(), end="")
s.close()
