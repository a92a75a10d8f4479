#!/usr/bin/env python3
# missing: prints all 20,000 bytes
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(sys.stdin.readline().encode())
print(s.recv(65536).decode(), end="")
s.close()
