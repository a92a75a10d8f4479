#!/usr/bin/env python3
# missing: prints a short one, too
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(sys.stdin.readline().encode())
print(s.recv(20000, socket.MSG_WAITALL).decode(), end="")
s.close()
