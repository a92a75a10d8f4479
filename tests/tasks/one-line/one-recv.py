#!/usr/bin/env python3
# missing: prints an answer of another length
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(sys.stdin.readline().encode())
print(s.recv(1000).decode().rstrip("\n"))
s.close()
